/// How long calls between two processes took, and what they cost.
struct CallTiming: BenchTiming, Sendable {
  /// What the two processes held when so many calls had been made.
  struct Memory: Sendable {
    var calls: Int
    var caller_kB: Int
    var answerer_kB: Int
  }

  /// Whether the connection was mutual TLS.
  let isEncrypted: Bool
  let inFlight: Int
  let times_us: [Double]
  let oneByOne: BenchCost
  let calls: Int
  let together: BenchCost
  let memory: [Memory]

  private var callsPerSecond: Double { together.perSecond(calls) }

  var lines: [String] {
    [
      (isEncrypted ? "mutual TLS 1.3" : "plaintext"),
      "\(counted(times_us.count, "call")) one by one: median \(fixed(times_us.quantile(0.5), 1)) us, "
        + "p99 \(fixed(times_us.quantile(0.99), 1)) us; processor time a call "
        + "\(fixed(oneByOne.own_us(per: times_us.count), 1)) us here, "
        + "\(fixed(oneByOne.other_us(per: times_us.count), 1)) us there",
      "\(counted(calls, "call")), \(inFlight) in flight: \(fixed(callsPerSecond, 0)) calls/s; "
        + "processor time a call \(fixed(together.own_us(per: calls), 1)) us here, "
        + "\(fixed(together.other_us(per: calls), 1)) us there",
    ]
      + memory.map {
        "resident memory after \(counted($0.calls, "call")): \($0.caller_kB) kB here, "
          + "\($0.answerer_kB) kB there"
      }
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "CallsBenchmark", "tls": .bool(isEncrypted),
      "oneByOne": [
        "calls": JSON(times_us.count),
        "call_us": [
          "median": .number(times_us.quantile(0.5)), "p99": .number(times_us.quantile(0.99)),
        ],
        "callerCPU_us": .number(oneByOne.own_us(per: times_us.count)),
        "answererCPU_us": .number(oneByOne.other_us(per: times_us.count)),
      ],
      "together": [
        "calls": JSON(calls), "inFlight": JSON(inFlight),
        "callsPerSecond": .number(callsPerSecond),
        "callerCPU_us": .number(together.own_us(per: calls)),
        "answererCPU_us": .number(together.other_us(per: calls)),
      ],
      "memory": .array(
        memory.map {
          [
            "calls": JSON($0.calls), "caller_kB": JSON($0.caller_kB),
            "answerer_kB": JSON($0.answerer_kB),
          ]
        }),
    ]
  }
}
