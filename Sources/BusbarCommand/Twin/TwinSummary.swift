import ActorCluster
import PowerFlow
import Twin

/// What a run of the twin comes to.
struct TwinSummary: Sendable {
  private(set) var ticks = 0
  private(set) var era: Int64 = 0
  private(set) var barriers = 0
  private(set) var violatingTicks = 0
  private(set) var darkTicks = 0
  private(set) var worstTie_MVA = 0.0
  /// Over all ticks; `nil` when nothing was checked.
  private(set) var maxDeviation_pu: Double?
  private(set) var differingIterations = 0
  private(set) var energy_MWh = FlowTotals()
  private(set) var lowest: (value: Double, place: String, tick: Int64)?
  private(set) var highestLoading: (value: Double, place: String, tick: Int64)?
  private var durations_ms: [Double] = []
  private var latenesses_ms: [Double] = []
  /// Of the joint power flow and of the same in one process, where it was checked.
  private var joint_ms: [Double] = []
  private var single_ms: [Double] = []
  private var jointCalls = 0
  private var jointBytes = 0
  private var borderUnknowns = 0
  /// Of the committed states of all ticks.
  private var fingerprint = StableHash()
  private var isFingerprintKnown = true
  /// Ticks whose figures were lost with a coordinator.
  private(set) var untoldTicks = 0
  var traffic: TwinTraffic?
  /// What it cost; `nil` without prices.
  var balance: BalanceSummary?

  private let plan: TwinPlan
  /// The nodes that are part of the twin at the end, with the segments that they own.
  var nodes: [Host] = []
  /// What was lost on the way, and how long it took to go on.
  var recoveries: [Recovery] = []
  /// How the day was paced; `nil` when it ran as fast as possible.
  var pace: Double?
  /// How often the rest of the day was moved because the twin was far behind.
  var paceShifts = 0

  struct Host: Sendable {
    var node: String
    var pid: Int32
    var segments: [String]
  }

  /// Joint and one-process voltages agree to this, in per unit.
  static let agreement_pu = 1e-9

  init(_ plan: TwinPlan) {
    self.plan = plan
    balance = plan.algorithm.map { BalanceSummary($0) }
  }

  mutating func add(_ report: TickRecord) {
    ticks += 1
    era = report.era
    barriers += report.roundTrips
    if report.violations > 0 { violatingTicks += 1 }
    if report.darkBuses > 0 { darkTicks += 1 }
    if report.ties.mismatch_MVA.isWorse(than: worstTie_MVA) {
      worstTie_MVA = report.ties.mismatch_MVA
    }
    energy_MWh.add(report.totals, scaled: Double(plan.time.step_s) / 3_600)
    if let low = report.lowest, lowest == nil || low.value < lowest!.value {
      lowest = (low.value, low.place, report.tick)
    }
    if let load = report.loading, highestLoading == nil || load.value > highestLoading!.value {
      highestLoading = (load.value, load.place, report.tick)
    }
    durations_ms.append(report.duration_ms)
    if let lateness = report.lateness_ms { latenesses_ms.append(lateness) }
    joint_ms.append(report.joint_ms)
    jointCalls += report.jointCalls
    jointBytes += report.jointBytes
    borderUnknowns = report.borderUnknowns
    fingerprint.combine(report.fingerprint)
    if let figures = report.balance {
      balance?.add(figures, report, hours: Double(plan.time.step_s) / 3_600)
    }
  }

  /// Counts a tick that is committed and of which nothing else is known.
  mutating func addUntold(fingerprint tick: UInt64?) {
    ticks += 1
    untoldTicks += 1
    if let tick { fingerprint.combine(tick) } else { isFingerprintKnown = false }
  }

  mutating func check(
    _ report: TickRecord, joint: [Voltages], reference: [Voltages], iterations: Int,
    took duration: Duration
  ) {
    single_ms.append(duration.milliseconds)
    // Another count of segments would go unseen in a zip.
    let deviation =
      joint.count == reference.count
      ? zip(joint, reference).map { $0.largestDeviation(from: $1) }.max() ?? 0 : .infinity
    maxDeviation_pu = max(maxDeviation_pu ?? 0, deviation)
    if iterations != report.iterations { differingIterations += 1 }
  }

  /// Whether the joint solve agreed with the one-process solve in every tick. Another number of
  /// iterations is told, and is no disagreement.
  var agrees: Bool { (maxDeviation_pu ?? 0) <= Self.agreement_pu }

  private var machines_MWh: Double {
    energy_MWh.generation_MW - energy_MWh.photovoltaic_MW - energy_MWh.wind_MW
  }

  private var fingerprintText: String {
    let digits = String(fingerprint.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  var median_ms: Double { durations_ms.quantile(0.5) }
  var p99_ms: Double { durations_ms.quantile(0.99) }

  private static func spread(_ times_ms: [Double]) -> JSON {
    times_ms.isEmpty
      ? .null
      : ["median": .number(times_ms.quantile(0.5)), "p99": .number(times_ms.quantile(0.99))]
  }
}

extension TwinSummary {
  /// The document that `-o json` prints; its contract is in `Docs/Output.md`.
  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "TwinSummary", "topology": .string(plan.name),
      "ticks": .integer(Int64(ticks)), "processes": .integer(Int64(nodes.count + 1)),
      "segments": .integer(Int64(plan.slices.count)),
      "seed": .integer(Int64(bitPattern: plan.time.seed)), "era": .integer(era),
      "fingerprint": isFingerprintKnown ? .string(fingerprintText) : .null,
      "maxDeviation_pu": JSON(maxDeviation_pu),
      "differingIterations": maxDeviation_pu == nil ? .null : JSON(differingIterations),
      "tick_ms": ["median": .number(median_ms), "p99": .number(p99_ms)],
      "joint_ms": Self.spread(joint_ms), "single_ms": Self.spread(single_ms),
      "jointCalls": JSON(jointCalls), "jointBytes": JSON(jointBytes),
      "borderUnknowns": JSON(borderUnknowns),
      "barriers": .integer(Int64(barriers)), "calls": JSON(traffic?.calls),
      "segmentCalls": JSON(traffic?.segmentCalls), "bytes": JSON(traffic?.bytes),
      "borderBuses": .integer(Int64(plan.borderRowCount)),
      "violatingTicks": .integer(Int64(violatingTicks)),
      "tieMismatch_MVA": .number(worstTie_MVA),
      "energy": [
        "load_MWh": .number(energy_MWh.load_MW),
        "photovoltaic_MWh": .number(energy_MWh.photovoltaic_MW),
        "wind_MWh": .number(energy_MWh.wind_MW),
        "generation_MWh": .number(energy_MWh.generation_MW),
        "storage_MWh": .number(energy_MWh.storage_MW),
        "import_MWh": .number(energy_MWh.import_MW), "losses_MWh": .number(energy_MWh.losses_MW),
        "shunt_MWh": .number(energy_MWh.shunt_MW),
        "unserved_MWh": .number(energy_MWh.unserved_MW),
      ],
      "nodes": .array(
        nodes.map { host in
          [
            "node": .string(host.node), "pid": .integer(Int64(host.pid)),
            "segments": .array(host.segments.map(JSON.string)),
          ]
        }),
      "untoldTicks": JSON(untoldTicks), "pace": paceJSON,
      "recoveries": .array(recoveries.map(\.json)), "balance": balance?.json ?? .null,
    ]
  }

  private var paceJSON: JSON {
    guard let pace else { return .null }
    return [
      "factor": .number(pace), "shifts": JSON(paceShifts),
      "lateness_ms": [
        "median": .number(latenesses_ms.quantile(0.5)),
        "p99": .number(latenesses_ms.quantile(0.99)),
        "max": .number(latenesses_ms.max() ?? 0),
      ],
    ]
  }

  /// What people read at the end of a run.
  var lines: [String] {
    var lines = [
      "\(counted(ticks, "tick")) of \(plan.name) in \(counted(nodes.count + 1, "process")), "
        + "\(counted(plan.slices.count, "segment")), \(counted(plan.borderRowCount, "border bus")), "
        + "seed \(plan.time.seed), era \(era), "
        + (isFingerprintKnown ? "fingerprint \(fingerprintText)" : "fingerprint not known"),
      "energy: load \(fixed(energy_MWh.load_MW, 2)) MWh, machines \(fixed(machines_MWh, 2)), PV "
        + "\(fixed(energy_MWh.photovoltaic_MW, 2)), "
        + "wind \(fixed(energy_MWh.wind_MW, 2)), storage \(fixed(energy_MWh.storage_MW, 2)), import "
        + "\(fixed(energy_MWh.import_MW, 2)), losses \(fixed(energy_MWh.losses_MW, 2))",
    ]
    if let lowest {
      lines.append(
        "lowest voltage \(fixed(lowest.value, 4)) pu at bus \(lowest.place) in tick \(lowest.tick)"
          + (highestLoading.map {
            "; highest loading \(fixed($0.value, 1)) % on \($0.place) in tick \($0.tick)"
          } ?? ""))
    }
    lines.append(
      violatingTicks == 0
        ? "no tick violates a limit" : "\(violatingTicks) of \(ticks) ticks violate a limit")
    if darkTicks > 0 {
      lines.append(
        "\(darkTicks) of \(ticks) ticks leave \(fixed(energy_MWh.unserved_MW, 2)) MWh unserved")
    }
    lines += balance?.lines ?? []
    lines.append(
      "tick: median \(fixed(median_ms, 2)) ms, p99 \(fixed(p99_ms, 2)) ms; \(barriers) joint rounds, "
        + "\(traffic?.calls ?? 0) calls (\(traffic?.segmentCalls ?? 0) from segment to segment), "
        + "\((traffic?.bytes ?? 0) / 1_000) kB"
        + (plan.borderRowCount > 0 ? "; ties agree to \(fixed(worstTie_MVA * 1e6, 3)) VA" : ""))
    if let maxDeviation_pu {
      lines.append(
        agrees
          ? "verified: the joint solve differs from one process by at most \(maxDeviation_pu) pu, "
            + (differingIterations == 0
              ? "with the same iterations in every tick"
              : "with other iterations in \(counted(differingIterations, "tick"))")
          : "NOT verified: the joint solve differs from one process by \(maxDeviation_pu) pu")
    }
    if let pace {
      lines.append(
        "pace: \(fixed(pace, 0)) s of the twin in a second; ticks began "
          + "\(fixed(latenesses_ms.quantile(0.5), 2)) ms late at the median, "
          + "\(fixed(latenesses_ms.quantile(0.99), 2)) ms at p99"
          + (paceShifts > 0 ? "; the day was moved \(counted(paceShifts, "time"))" : ""))
    }
    if untoldTicks > 0 {
      lines.append(
        "the figures of \(counted(untoldTicks, "tick")) were lost with a coordinator; the fingerprint is "
          + "of all of them")
    }
    return lines + recoveries.map(\.sentence)
  }
}

extension [Double] {
  /// The value below which this share of all lies; 0 of none.
  func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

extension FlowTotals {
  /// Adds powers over a time, which makes energies of them.
  fileprivate mutating func add(_ other: FlowTotals, scaled hours: Double) {
    load_MW += other.load_MW * hours
    generation_MW += other.generation_MW * hours
    photovoltaic_MW += other.photovoltaic_MW * hours
    shunt_MW += other.shunt_MW * hours
    wind_MW += other.wind_MW * hours
    storage_MW += other.storage_MW * hours
    import_MW += other.import_MW * hours
    lineLosses_MW += other.lineLosses_MW * hours
    transformerLosses_MW += other.transformerLosses_MW * hours
    unserved_MW += other.unserved_MW * hours
  }
}
