import GridModel
import Twin

/// What a day cost, and what it would have cost otherwise.
struct BalanceSummary: Sendable {
  /// Who found the set-points.
  let algorithm: BalancingPlan.Algorithm
  private(set) var day = Account()
  /// The same day as profiles and schedules run it; `nil` where they do anyway.
  var scheduled: Account?
  /// The same day with every plan found in one solve, of the whole grid at once.
  var optimum: Account?
  private var rounds: [Double] = []

  /// Sums over a day.
  struct Account: Sendable, Equatable {
    var cost = 0.0
    var peakImport_MW = 0.0
    var curtailed_MWh = 0.0
    var shed_MWh = 0.0
    var violatingTicks = 0

    mutating func add(
      _ figures: BalanceFigures, import_MW: Double, violations: Int, hours: Double
    ) {
      cost += figures.cost
      peakImport_MW = max(peakImport_MW, import_MW)
      curtailed_MWh += figures.curtailed_MW * hours
      shed_MWh += figures.shed_MW * hours
      if violations > 0 { violatingTicks += 1 }
    }

    /// Runs the ticks of a twin in this process and sums them up.
    init(_ twin: OneProcessTwin, ticks: Int) throws {
      let hours = Double(twin.time.step_s) / 3_600
      for _ in 0..<ticks {
        try Task.checkCancellation()
        let report = try twin.tick()
        guard let figures = report.balance else { continue }
        add(
          figures, import_MW: report.totals.import_MW, violations: report.violations,
          hours: hours)
      }
    }

    init() {}

    fileprivate var json: JSON {
      [
        "cost": .number(cost), "peakImport_MW": .number(peakImport_MW),
        "curtailed_MWh": .number(curtailed_MWh), "shed_MWh": .number(shed_MWh),
        "violatingTicks": JSON(violatingTicks),
      ]
    }
  }

  init(_ algorithm: BalancingPlan.Algorithm) { self.algorithm = algorithm }

  mutating func add(_ figures: BalanceFigures, _ record: TickRecord, hours: Double) {
    day.add(
      figures, import_MW: record.totals.import_MW, violations: record.violations, hours: hours)
    rounds.append(Double(figures.rounds))
  }

  /// How much more than the optimum the day cost, as a share of it.
  var gap: Double? {
    optimum.flatMap { $0.cost != 0 ? (day.cost - $0.cost) / abs($0.cost) : nil }
  }

  var json: JSON {
    var members: [(String, JSON)] = [("algorithm", .string(algorithm.rawValue))]
    if case .object(let sums) = day.json { members += sums }
    members += [
      (
        "rounds",
        algorithm == .schedule
          ? .null
          : [
            "median": .number(rounds.quantile(0.5)), "p99": .number(rounds.quantile(0.99)),
            "max": .number(rounds.max() ?? 0),
          ]
      ),
      ("schedule", scheduled?.json ?? .null), ("optimum", optimum?.json ?? .null),
      ("gap", JSON(gap)),
    ]
    return .object(members)
  }

  var lines: [String] {
    var lines = [
      "cost \(fixed(day.cost, 2)), peak import \(fixed(day.peakImport_MW, 2)) MW, curtailed "
        + "\(fixed(day.curtailed_MWh, 2)) MWh, shed \(fixed(day.shed_MWh, 2)) MWh by "
        + (algorithm == .schedule
          ? "profiles and schedules"
          : "\(algorithm.rawValue) in \(fixed(rounds.quantile(0.5), 0)) rounds at the median, "
            + "\(fixed(rounds.max() ?? 0, 0)) at most")
    ]
    if let scheduled {
      lines.append(
        "cost \(fixed(scheduled.cost, 2)), peak import \(fixed(scheduled.peakImport_MW, 2)) MW, "
          + "curtailed \(fixed(scheduled.curtailed_MWh, 2)) MWh by profiles and schedules: "
          + "balancing saves \(fixed(scheduled.cost - day.cost, 2)), "
          + "\(fixed((1 - day.cost / scheduled.cost) * 100, 2)) %")
    }
    if let optimum, let gap {
      lines.append(
        "cost \(fixed(optimum.cost, 2)) with each plan in one solve of the whole grid: the twin is "
          + "\(fixed(gap * 100, 4)) % above")
    }
    return lines
  }
}
