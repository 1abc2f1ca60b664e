import WireCodec

/// Answers as an HTTP status, headers and a body; `Docs/Wire.md` lists them.
extension CallReply {
  /// The HTTP form of the answer.
  package var http: (status: Int, headers: [CallHead.Header], body: [UInt8]) {
    let cbor: CallHead.Header = ("content-type", "application/cbor")
    switch self {
    case .returned(let body): return (200, [cbor], body)
    case .threw(let body): return (500, [cbor], body)
    case .refused(let refusal): return refusal.http
    }
  }

  /// Reads an answer; an unknown status is a violation of the protocol.
  package init(
    status: Int, header: (String) -> String?, body: [UInt8]
  ) throws(ClusterError) {
    switch status {
    case 200: self = .returned(body)
    case 500: self = .threw(body)
    default:
      guard let refusal = CallRefusal(status: status, header: header, body: body) else {
        throw .protocolViolation("The peer answered with status \(status).")
      }
      self = .refused(refusal)
    }
  }
}

extension CallRefusal {
  /// The status of a request that its own caller took back; nobody reads it.
  private static let clientClosedRequest = 499

  /// The HTTP form of the refusal.
  package var http: (status: Int, headers: [CallHead.Header], body: [UInt8]) {
    switch self {
    case .noSuchActor: (404, [], [])
    case .unauthorised: (403, [], [])
    case .staleEra(let current): (412, [("busbar-era", "\(current)")], [])
    case .wrongTwin(let twin): (412, [("busbar-twin", PercentEncoding.names.encode(twin))], [])
    case .moved(let node):
      (421, [("busbar-moved-to", PercentEncoding.names.encode(node.rawValue))], [])
    case .overloaded: (503, [("retry-after", "1")], [])
    case .tooLarge: (413, [], [])
    case .undecodable(let why):
      (400, [("content-type", "text/plain; charset=utf-8")], Array(why.utf8))
    case .deadlineExceeded: (408, [], [])
    case .cancelled: (Self.clientClosedRequest, [], [])
    }
  }

  /// Reads a refusal, or nil when the status is none of ours.
  package init?(status: Int, header: (String) -> String?, body: [UInt8]) {
    switch status {
    case 404: self = .noSuchActor
    case 401, 403: self = .unauthorised
    case 412:
      if let era = header("busbar-era").flatMap({ Int64($0) }) {
        self = .staleEra(current: era)
      } else if let twin = header("busbar-twin").flatMap({ PercentEncoding.decode($0) }) {
        self = .wrongTwin(twin)
      } else {
        return nil
      }
    case 421:
      guard let node = header("busbar-moved-to").flatMap({ PercentEncoding.decode($0) }) else {
        return nil
      }
      self = .moved(to: NodeName(node))
    case 429, 503: self = .overloaded
    case 413: self = .tooLarge
    case 400: self = .undecodable(String(decoding: body, as: UTF8.self))
    case 408: self = .deadlineExceeded
    case Self.clientClosedRequest: self = .cancelled
    default: return nil
    }
  }
}
