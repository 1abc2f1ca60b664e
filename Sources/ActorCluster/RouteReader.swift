import HTTP2Connection

/// Reads the heads of calls that arrive, and remembers the routes that it has read.
///
/// The names in a head are the same call after call, so they are decoded and judged once; what
/// changes are two numbers.
final class RouteReader: Sendable {
  /// A head is known by these bytes.
  private struct Known {
    let path: String
    let headers: [[UInt8]]
    let peer: String?
    let route: CallRoute
    let permission: CallPermission
  }

  /// More than the routes of a busy node; beyond it they are read anew, so that a peer cannot fill
  /// the memory with names that it makes up.
  static let limit = 1024
  private static let names: [StaticString] = ["busbar-target", "busbar-twin", "busbar-caller"]

  private let node: NodeName
  private let known = Guarded<[UInt64: Known]>([:])

  private let authority: any CallAuthority

  init(node: NodeName, authority: any CallAuthority) {
    self.node = node
    self.authority = authority
  }

  /// How many routes it remembers, for tests.
  var knownRoutes: Int { known.withLock { $0.count } }

  /// Reads a call to an actor on this node and looks up whether its caller may make it; nil when a
  /// part is missing or malformed.
  func read(
    _ request: HTTP2RequestHead, from peer: String?
  ) -> (head: CallHead, permission: CallPermission)? {
    guard request.method == "POST" else { return nil }
    let headers = request.headers
    var hash = StableHash()
    hash.combine(request.path)
    for name in Self.names {
      guard let range = headers.range(of: name) else { return nil }
      hash.combine(headers.bytes[range])
    }
    if let peer { hash.combine(peer) }
    if let known = known(hash.value, request, from: peer),
      let era = number(headers, "busbar-era"),
      let milliseconds = number(headers, "busbar-deadline-ms"), milliseconds >= 0
    {
      return (CallHead(route: known.route, era: era, milliseconds: milliseconds), known.permission)
    }
    guard let head = CallHead(path: request.path, on: node, header: { headers[$0] }) else {
      return nil
    }
    let permission = authority.permission(for: head.route, from: peer)
    remember(head.route, permission, hash.value, request, from: peer)
    return (head, permission)
  }

  private func known(
    _ hash: UInt64, _ request: HTTP2RequestHead, from peer: String?
  ) -> Known? {
    guard let known = known.withLock({ $0[hash] }), known.path == request.path, known.peer == peer
    else { return nil }
    for (name, value) in zip(Self.names, known.headers) {
      guard let range = request.headers.range(of: name),
        request.headers.bytes[range].elementsEqual(value)
      else { return nil }
    }
    return known
  }

  private func remember(
    _ route: CallRoute, _ permission: CallPermission, _ hash: UInt64, _ request: HTTP2RequestHead,
    from peer: String?
  ) {
    let headers = Self.names.map { name in
      request.headers.range(of: name).map { Array(request.headers.bytes[$0]) } ?? []
    }
    known.withLock { known in
      if known.count >= Self.limit { known = [:] }
      known[hash] = Known(
        path: request.path, headers: headers, peer: peer, route: route, permission: permission)
    }
  }

  /// A decimal number of few digits; nil for anything else, which the slow way looks at.
  private func number(_ headers: HTTP2Headers, _ name: StaticString) -> Int64? {
    guard let range = headers.range(of: name), (1...18).contains(range.count) else { return nil }
    var number: Int64 = 0
    for byte in headers.bytes[range] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return number
  }
}
