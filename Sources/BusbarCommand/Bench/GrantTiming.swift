/// How long calls with a time grant took.
struct GrantTiming: BenchTiming, Sendable {
  let topology: String
  let segmentBuses: Int
  let borderUnknowns: Int
  /// Floating-point numbers in the block.
  let numbers: Int
  /// Of the bodies of one call and of its answer.
  let requestBytes: Int
  let replyBytes: Int
  let times_us: [Double]
  let duration: Duration

  private var callsPerSecond: Double { Double(times_us.count) / (duration.milliseconds / 1_000) }

  var lines: [String] {
    [
      "\(counted(times_us.count, "call")) to a segment of \(topology): "
        + "\(counted(segmentBuses, "bus")), \(counted(borderUnknowns, "border unknown")), "
        + "block of \(counted(numbers, "number")); bodies of \(requestBytes) and \(replyBytes) bytes",
      "a call with the time grant, until its border block is back: \(times_us.spread_us), "
        + "\(fixed(callsPerSecond, 0)) calls/s",
    ]
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "GrantBenchmark", "topology": .string(topology),
      "calls": JSON(times_us.count), "segmentBuses": JSON(segmentBuses),
      "borderUnknowns": JSON(borderUnknowns), "numbers": JSON(numbers),
      "requestBytes": JSON(requestBytes), "replyBytes": JSON(replyBytes),
      "call_us": times_us.spread,
      "callsPerSecond": .number(callsPerSecond),
    ]
  }
}
