import Balancing
import Experiments

/// The document that `busbar experiment run -o json` prints for each run; its contract is in
/// `Docs/Output.md`.
struct ExperimentResultJSON {
  let document: JSON

  init(_ result: ExperimentResult) {
    document = [
      "apiVersion": "busbar/v1", "kind": "ExperimentResult",
      "algorithm": .string(result.algorithm), "runtime": .string(result.runtime),
      "stop": .string(result.stop.rawValue), "rounds": JSON(result.rounds),
      "objective": .number(result.objective), "gap": JSON(result.gap),
      "violation_pu": .number(result.violation_pu),
      "consensusResidual": .number(result.consensusResidual),
      "largestDifference": .number(result.largestDifference),
      "messages": JSON(result.messages), "words": JSON(result.words), "bytes": JSON(result.bytes),
      "criticalPath_s": .number(result.criticalPath_s), "seconds": .number(result.seconds),
      "staleness": .number(result.staleness), "worstStaleness": .number(result.worstStaleness),
      "seed": .integer(Int64(clamping: result.seed)), "repetition": JSON(result.repetition),
    ]
  }
}

/// A line of a trace: what the referee saw after a round.
struct TraceLine {
  let document: JSON

  init(_ row: TraceRow) {
    document = [
      "round": JSON(row.round), "objective": .number(row.score.objective),
      "gap": JSON(row.score.gap), "violation_pu": .number(row.score.violation),
      "consensusResidual": .number(row.score.consensus),
      "messages": JSON(row.traffic.messages), "words": JSON(row.traffic.words),
      "bytes": JSON(row.traffic.bytes),
    ]
  }
}

/// The same, read back.
struct TracePoint: Decodable {
  var round: Int
  var gap: Double?
  var violation_pu: Double?
  var bytes: Int
}
