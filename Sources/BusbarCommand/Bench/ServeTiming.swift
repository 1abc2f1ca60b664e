/// How fast small requests were answered by another process, and what they cost.
struct ServeTiming: BenchTiming, Sendable {
  /// Whether the connection was mutual TLS.
  let isEncrypted: Bool
  let inFlight: Int
  let times_us: [Double]
  let oneByOne: BenchCost
  let requests: Int
  let together: BenchCost
  /// What the server held at the end.
  let memory_kB: Int

  var lines: [String] {
    [
      isEncrypted ? "mutual TLS 1.3" : "plaintext",
      "\(counted(times_us.count, "request")) one by one: median \(fixed(times_us.quantile(0.5), 1)) us, "
        + "p99 \(fixed(times_us.quantile(0.99), 1)) us; processor time a request "
        + "\(fixed(oneByOne.own_us(per: times_us.count), 1)) us here, "
        + "\(fixed(oneByOne.other_us(per: times_us.count), 1)) us there",
      "\(counted(requests, "request")), \(inFlight) in flight: "
        + "\(fixed(together.perSecond(requests), 0)) requests/s; processor time a request "
        + "\(fixed(together.own_us(per: requests), 2)) us here, "
        + "\(fixed(together.other_us(per: requests), 2)) us there; the server holds \(memory_kB) kB",
    ]
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "ServeBenchmark", "tls": .bool(isEncrypted),
      "oneByOne": [
        "requests": JSON(times_us.count),
        "request_us": [
          "median": .number(times_us.quantile(0.5)), "p99": .number(times_us.quantile(0.99)),
        ],
        "clientCPU_us": .number(oneByOne.own_us(per: times_us.count)),
        "serverCPU_us": .number(oneByOne.other_us(per: times_us.count)),
      ],
      "together": [
        "requests": JSON(requests), "inFlight": JSON(inFlight),
        "requestsPerSecond": .number(together.perSecond(requests)),
        "clientCPU_us": .number(together.own_us(per: requests)),
        "serverCPU_us": .number(together.other_us(per: requests)),
      ],
      "serverMemory_kB": JSON(memory_kB),
    ]
  }
}

/// What a load generator of one's own cost the server that it was pointed at.
struct ServedRequests: BenchTiming, Sendable {
  let isEncrypted: Bool
  let connections: Int
  let requests: Int
  /// Processor time of the server since it listened.
  let processorTime: Duration
  let memory_kB: Int

  /// Nil without a request.
  private var request_us: Double? {
    requests > 0 ? processorTime.milliseconds * 1_000 / Double(requests) : nil
  }

  var lines: [String] {
    [
      "\(counted(requests, "request")) on \(counted(connections, "connection"))"
        + (request_us.map { "; processor time a request \(fixed($0, 2)) us" } ?? "")
        + "; resident memory \(memory_kB) kB"
    ]
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "ServedRequests", "tls": .bool(isEncrypted),
      "connections": JSON(connections), "requests": JSON(requests),
      "serverCPU_us": request_us.map(JSON.number) ?? .null, "serverMemory_kB": JSON(memory_kB),
    ]
  }
}
