"""The central DC optimum of MATPOWER files by HiGHS, as a second opinion on 'busbar experiment optimum'.

Reads and lowers the files by itself; nothing of Busbar is used. Prints, one case a line as JSON, the
objective, the status and the median seconds of HiGHS from the arrays to the answer.

usage: central-optimum.py matpower|pglib REPETITIONS FILE...
"""

import json
import math
import re
import statistics
import sys
import time

import highspy
import numpy as np
from scipy.sparse import coo_matrix, csc_matrix


def read(path):
    text = re.sub(r"%.*", "", open(path, errors="replace").read())
    case = {"baseMVA": float(re.search(r"mpc\.baseMVA\s*=\s*([^;\s]+)", text).group(1))}
    for name in ("bus", "gen", "branch", "gencost"):
        found = re.search(r"mpc\." + name + r"\s*=\s*\[(.*?)\]", text, re.S)
        rows = re.split(r"[;\n]", found.group(1)) if found else []
        rows = [[float(word) for word in row.replace(",", " ").split()] for row in rows]
        case[name] = [row for row in rows if row]
    return case


def lower(case, definition):
    """Rows and columns of the program; angles first, then generators, then costs of pieces."""
    base = case["baseMVA"]
    buses = [row for row in case["bus"] if row[1] != 4]
    position = {int(row[0]): place for place, row in enumerate(buses)}
    units = [
        (row, case["gencost"][place] if case["gencost"] else None)
        for place, row in enumerate(case["gen"])
        if row[7] > 0 and int(row[0]) in position
    ]
    count = len(buses)
    low, high = [-math.inf] * count, [math.inf] * count
    live = {int(unit[0][0]) for unit in units}
    references = [row for row in buses if row[1] == 3 and int(row[0]) in live]
    references = references or [row for row in buses if row[1] == 2 and int(row[0]) in live][:1]
    for row in references:
        place = position[int(row[0])]
        low[place] = high[place] = math.radians(row[8]) if definition == "matpower" else 0.0
    cost, curve, constant = [0.0] * count, [0.0] * count, 0.0
    entries, row_low, row_high = [], [], []
    balance = [(row[2] + row[4]) / base for row in buses]
    for place, (row, _) in enumerate(units):
        entries.append((position[int(row[0])], count + place, 1.0))
    bands = []
    for row in case["branch"]:
        if row[10] <= 0 or int(row[0]) not in position or int(row[1]) not in position:
            continue
        f, t = position[int(row[0])], position[int(row[1])]
        r, x = row[2], row[3]
        angles = row[11:13] if len(row) >= 13 else [0.0, 0.0]
        if definition == "matpower":
            b = 1 / (x * (row[8] or 1.0))
            shift = math.radians(row[9])
            limited = (
                (angles[0] and angles[0] > -360)
                or (angles[1] and angles[1] < 360)
                or bool(angles[0]) != bool(angles[1])
            )
            angles = [math.radians(angle) for angle in angles] if limited else None
        else:
            b, shift = x / (r * r + x * x), 0.0
            angles = [math.radians(angle) for angle in angles]
            if angles[0] == 0 and angles[1] == 0:
                angles = [-1.0472, 1.0472]
            if angles[0] <= -math.pi / 2:
                angles[0] = -1.0472
            if angles[1] >= math.pi / 2:
                angles[1] = 1.0472
        for place, sign in ((f, -1.0), (t, 1.0)):
            entries += [(place, f, sign * b), (place, t, -sign * b)]
            balance[place] += sign * b * shift
        if 0 < row[5] < 1e10:
            bands.append((f, t, b, -row[5] / base + b * shift, row[5] / base + b * shift))
        if angles:
            bands.append((f, t, 1.0, angles[0], angles[1]))
    row_low, row_high = list(balance), list(balance)
    for f, t, b, least, most in bands:
        entries += [(len(row_low), f, b), (len(row_low), t, -b)]
        row_low.append(least)
        row_high.append(most)
    pieces = []
    for place, (row, priced) in enumerate(units):
        low.append(row[9] / base if row[9] > -1e9 else -math.inf)
        high.append(row[8] / base if row[8] < 1e9 else math.inf)
        linear, square = 0.0, 0.0
        if priced and priced[0] == 2:
            coefficients = priced[4 : 4 + int(priced[3])][::-1] + [0.0] * 3
            constant += coefficients[0]
            linear, square = coefficients[1] * base, coefficients[2] * base * base
        elif priced:
            numbers = priced[4 : 4 + 2 * int(priced[3])]
            pieces.append((count + place, list(zip(numbers[::2], numbers[1::2]))))
        cost.append(linear)
        curve.append(2 * square)
    for variable, points in pieces:
        top = len(cost)
        cost.append(1.0)
        curve.append(0.0)
        low.append(-math.inf)
        high.append(math.inf)
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            slope = (y1 - y0) / (x1 - x0)
            entries += [(len(row_low), top, 1.0), (len(row_low), variable, -slope * base)]
            row_low.append(y0 - slope * x0)
            row_high.append(math.inf)
    return cost, curve, constant, low, high, row_low, row_high, entries


def model(parts):
    cost, curve, constant, low, high, row_low, row_high, entries = parts
    rows, columns, values = zip(*entries)
    matrix = csc_matrix(
        coo_matrix((values, (rows, columns)), shape=(len(row_low), len(cost))))
    result = highspy.HighsModel()
    lp = result.lp_
    lp.num_col_, lp.num_row_ = len(cost), len(row_low)
    lp.col_cost_, lp.offset_ = np.array(cost), constant
    lp.col_lower_, lp.col_upper_ = np.array(low), np.array(high)
    lp.row_lower_, lp.row_upper_ = np.array(row_low), np.array(row_high)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    if any(curve):
        curved = [place for place, value in enumerate(curve) if value]
        starts = np.zeros(len(curve) + 1, dtype=int)
        for place in curved:
            starts[place + 1] = 1
        result.hessian_.dim_ = len(curve)
        result.hessian_.format_ = highspy.HessianFormat.kTriangular
        result.hessian_.start_ = np.cumsum(starts)
        result.hessian_.index_ = np.array(curved)
        result.hessian_.value_ = np.array([curve[place] for place in curved])
    return result


def solve(prepared):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", 60.0)
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(option, 1e-9)
    start = time.perf_counter()
    solver.passModel(prepared)
    solver.run()
    seconds = time.perf_counter() - start
    return solver, seconds


def main():
    definition, repetitions = sys.argv[1], int(sys.argv[2])
    for path in sys.argv[3:]:
        prepared = model(lower(read(path), definition))
        runs = [solve(prepared) for _ in range(repetitions)]
        solver = runs[0][0]
        status = solver.modelStatusToString(solver.getModelStatus()).lower()
        print(json.dumps({
            "file": path, "status": status, "objective": solver.getObjectiveValue(),
            "seconds": statistics.median(run[1] for run in runs)}), flush=True)


if __name__ == "__main__":
    main()
