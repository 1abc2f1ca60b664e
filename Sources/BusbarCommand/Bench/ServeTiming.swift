/// How fast small requests were answered by another process, and what they cost.
struct ServeTiming: BenchTiming, Sendable {
  /// Whether the connection was mutual TLS.
  let isEncrypted: Bool
  let requests: RoundTrips
  /// What the server held at the end.
  let memory_kB: Int

  var lines: [String] {
    [pathName(isEncrypted: isEncrypted)] + requests.lines("request") + [
      "resident memory of the server: \(memory_kB) kB"
    ]
  }

  var json: JSON {
    .object(
      [("apiVersion", "busbar/v1"), ("kind", "ServeBenchmark"), ("tls", .bool(isEncrypted))]
        + requests.json("request", own: "client", other: "server")
        + [("serverMemory_kB", JSON(memory_kB))])
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
