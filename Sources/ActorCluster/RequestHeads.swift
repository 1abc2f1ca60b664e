import HTTP2Connection

/// Writes the heads of calls as requests, and remembers what all calls of a route share.
struct RequestHeads {
  private struct Known {
    let route: CallRoute
    let path: String
    let headers: HTTP2Headers
  }

  /// As many routes as a cluster keeps.
  private static let limit = 4096
  private var known: [ObjectIdentifier: Known] = [:]

  mutating func head(of call: CallHead) -> HTTP2RequestHead {
    let id = ObjectIdentifier(call.route)
    if let known = known[id] { return call.request(path: known.path, constant: known.headers) }
    let new = Known(
      route: call.route, path: call.route.path, headers: HTTP2Headers(call.route.headers))
    if known.count >= Self.limit { known = [:] }
    known[id] = new
    return call.request(path: new.path, constant: new.headers)
  }
}

extension HTTP2Headers {
  init(_ headers: [CallHead.Header]) {
    self.init(headers.map { Field(name: $0.name, value: $0.value) })
  }
}
