import ActorCluster

// A simulated message keeps its head and its reply as values and passes on what the text of HTTP
// would have left of them; the codec of headers has tests of its own.

extension CallHead {
  /// Headers carry whole milliseconds.
  mutating func passOverTheWire() {
    timeLeft = .milliseconds(timeLeft.wholeMilliseconds)
  }
}

extension CallReply {
  /// As over HTTP.
  var statusAndBody: (Int, [UInt8]) {
    switch self {
    case .returned(let body): (200, body)
    case .threw(let body): (500, body)
    case .refused(let refusal): (refusal.http.status, refusal.http.body)
    }
  }

  /// A refusal comes as its status and headers say, which is less than what was meant.
  func overTheWire() throws(ClusterError) -> CallReply {
    guard case .refused(let refusal) = self else { return self }
    let (status, headers, body) = refusal.http
    let values = Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    return try CallReply(status: status, header: { values[$0] }, body: body)
  }
}

extension TraceHash {
  mutating func combine(_ message: SimulatedMessage, of head: CallHead, body: [UInt8]) {
    combine(UInt64(bitPattern: message.time.wholeNanoseconds))
    combine(message.purpose.rawValue)
    combine(message.from.rawValue)
    combine(message.to.rawValue)
    combine(message.target)
    combine(head.to.kind)
    combine(head.to.name)
    combine(head.twin)
    combine(UInt64(bitPattern: head.era))
    combine(UInt64(bitPattern: head.timeLeft.wholeMilliseconds))
    if let caller = message.caller {
      combine(caller.kind)
      combine(caller.name)
    }
    combine(UInt64(bitPattern: Int64(message.status ?? 0)))
    combine(body)
  }
}
