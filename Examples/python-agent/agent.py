#!/usr/bin/env python3
"""One agent of a dispatch, in Python: joins an experiment that `busbar experiment run` has begun, with
the key and certificate that it finds in its folder, and does what tree dispatch does.

    python agent.py RESULTS/agents/NAME

Needs httpx[http2] and cbor2. The wire is described in Docs/Wire.md.
"""

import json
import math
import ssl
import struct
import sys
from pathlib import Path

import cbor2
import httpx


class Busbar:
    """Calls of one actor, over HTTP/2 with mutual TLS."""

    def __init__(self, folder: Path):
        invitation = json.loads((folder / "invitation.json").read_text())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        # Certificates name processes by URI, not machines by host: the chain is checked, the host is not.
        context.check_hostname = False
        context.load_verify_locations(folder / "root.pem")
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self.client = httpx.Client(
            http1=False, http2=True, verify=context, timeout=10, trust_env=False,
            base_url=f"https://{invitation['address']}",
        )
        self.path = f"/v1/actors/agent/{invitation['agent']}"
        self.headers = {
            "content-type": "application/cbor",
            "busbar-twin": invitation["twin"],
            "busbar-caller": invitation["node"],
            "busbar-era": "0",
            "busbar-deadline-ms": "5000",
        }

    def call(self, target: str, *arguments):
        reply = self.client.post(
            self.path, content=cbor2.dumps(list(arguments)),
            headers=self.headers | {"busbar-target": target},
        )
        if reply.status_code != 200:
            raise SystemExit(f"error: {target} was answered with {reply.status_code}: {reply.text[:200]}")
        return cbor2.loads(reply.content, tag_hook=numbers) if reply.content else None


def numbers(*arguments):
    """Arrays of numbers are packed (RFC 8746): tag 86 is little-endian binary64.

    What cbor2 gives beside the tag differs between its versions."""
    tag = next(argument for argument in arguments if isinstance(argument, cbor2.CBORTag))
    if tag.tag == 86:
        return [value for (value,) in struct.iter_unpack("<d", tag.value)]
    return tag


class TreeAgent:
    """Exact dispatch by sums over a tree: what all could do rises, a price comes down."""

    def __init__(self, structure: dict):
        self.parent = structure.get("parent")
        self.children = structure["children"]
        self.demand = structure["demand"]
        self.units = structure["units"]
        self.answered = {child: -1 for child in self.children}
        self.sums = {}
        self.evaluation = 0
        self.told = -1
        self.is_last = False
        self.price = 0.0
        self.share = 0.0
        if self.parent is None:
            raise SystemExit("error: this example is no root of the tree; make another agent external")

    def hear(self, sender: int, stamp: int, words: list):
        number, is_last = divmod(stamp, 2)
        if sender == self.parent:
            if number > self.evaluation:
                self.evaluation, self.is_last = number, is_last == 1
                self.price, self.share = words
        elif sender in self.answered and number > self.answered[sender]:
            self.answered[sender], self.sums[sender] = number, words

    def step(self) -> list:
        tells = []
        if self.evaluation > 0 and self.told < 2 * self.evaluation:
            for child in self.children:
                stamp = 2 * self.evaluation + (1 if self.is_last else 0)
                tells.append({"receiver": child, "stamp": stamp, "words": [self.price, self.share]})
            self.told = 2 * self.evaluation
        all_answered = all(number >= self.evaluation for number in self.answered.values())
        if not self.is_last and self.told < 2 * self.evaluation + 1 and all_answered:
            self.told = 2 * self.evaluation + 1
            tells.append({"receiver": self.parent, "stamp": 2 * self.evaluation, "words": self.sum()})
        return tells

    def sum(self) -> list:
        if self.evaluation == 0:
            return self.first_sum()
        words = self.response()
        for child in self.children:
            for place, word in enumerate(self.sums[child]):
                words[place] = self.join(place, words[place], word)
        return words

    def first_sum(self) -> list:
        """The demand, and the line of the price if no limit bound."""
        words = [self.demand, 0.0, 0.0]
        for unit in self.units:
            if unit["quadratic"] > 0:
                words[1] += 1 / (2 * unit["quadratic"])
                words[2] += unit["linear"] / (2 * unit["quadratic"])
        for child in self.children:
            words = [mine + theirs for mine, theirs in zip(words, self.sums[child])]
        return words

    def response(self) -> list:
        """How the units answer the price: least, most, how fast both move, and the next kinks."""
        least = most = rise = fall = 0.0
        below, above = -math.inf, math.inf
        for unit in self.units:
            a, b, lower, upper = (unit[key] for key in ("quadratic", "linear", "lower", "upper"))
            if a > 0:
                kinks = (b + 2 * a * lower, b + 2 * a * upper)
                injection = min(max((self.price - b) / (2 * a), lower), upper)
                least += injection
                most += injection
                rise += 1 / (2 * a) if kinks[0] <= self.price < kinks[1] else 0
                fall += 1 / (2 * a) if kinks[0] < self.price <= kinks[1] else 0
            else:
                kinks = (b,)
                least += upper if self.price > b else lower
                most += upper if self.price >= b else lower
            below = max([below, *(kink for kink in kinks if kink < self.price)])
            above = min([above, *(kink for kink in kinks if kink > self.price)])
        return [least, most, rise, fall, below, above]

    @staticmethod
    def join(place: int, mine: float, theirs: float) -> float:
        return (max, min)[place - 4](mine, theirs) if place >= 4 else mine + theirs

    def decision(self) -> list:
        injections = []
        for unit in self.units:
            own = self.response_of(unit)
            injections.append(own[0] + self.share * (own[1] - own[0]))
        return injections

    def response_of(self, unit: dict) -> list:
        units, self.units = self.units, [unit]
        try:
            return self.response()
        finally:
            self.units = units


def main(folder: Path):
    busbar = Busbar(folder)
    agent, done, steps = None, 0, 0
    print("joined; waiting for the run to begin", file=sys.stderr)
    while True:
        task = busbar.call("next(_:)", done)
        done = task["number"]
        kind = task["kind"]
        if kind == "wait":
            continue
        if kind == "leave":
            break
        if kind == "end":
            print(f"the run ended after {steps} steps; price {agent.price!r} per pu", file=sys.stderr)
            continue
        if kind == "begin":
            agent, steps = TreeAgent(task["structure"]), 0
        for heard in task.get("heard", []):
            agent.hear(heard["sender"], heard["stamp"], heard["words"])
        tells = agent.step()
        steps += 1
        busbar.call("answer(_:)", {
            "number": done, "tells": tells, "decision": agent.decision(),
            "confidence": "final" if agent.is_last else "none",
        })


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    try:
        main(Path(sys.argv[1]))
    except FileNotFoundError as error:
        raise SystemExit(f"error: {error.filename} is missing; begin the experiment first, then join it")
    except httpx.TransportError as error:
        raise SystemExit(f"error: the experiment cannot be reached any more: {error}")
