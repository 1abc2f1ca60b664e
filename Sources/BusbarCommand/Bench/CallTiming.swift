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
  let calls: RoundTrips
  let memory: [Memory]

  var lines: [String] {
    [pathName(isEncrypted: isEncrypted)] + calls.lines("call")
      + memory.map {
        "resident memory after \(counted($0.calls, "call")): \($0.caller_kB) kB here, "
          + "\($0.answerer_kB) kB there"
      }
  }

  var json: JSON {
    let memory: [JSON] = memory.map {
      [
        "calls": JSON($0.calls), "caller_kB": JSON($0.caller_kB),
        "answerer_kB": JSON($0.answerer_kB),
      ]
    }
    return .object(
      [("apiVersion", "busbar/v1"), ("kind", "CallsBenchmark"), ("tls", .bool(isEncrypted))]
        + calls.json("call", own: "caller", other: "answerer") + [("memory", .array(memory))])
  }
}
