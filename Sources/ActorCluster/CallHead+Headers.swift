import HTTP2Connection
import WireCodec

/// A call as the path and headers of a `POST`.
extension CallHead {
  package typealias Header = (name: String, value: String)

  /// The headers that all calls carry, in a fixed order.
  package var headers: [Header] { route.headers + changingHeaders }

  /// Those that change from call to call.
  private var changingHeaders: [Header] {
    [("busbar-era", "\(era)"), ("busbar-deadline-ms", "\(timeLeft.wholeMilliseconds)")]
  }

  /// The call as a request.
  ///
  /// - Parameter constant: the headers of its route.
  func request(path: String, constant: HTTP2Headers) -> HTTP2RequestHead {
    var headers = constant
    for header in changingHeaders { headers.append(name: header.name, value: header.value) }
    return HTTP2RequestHead(method: "POST", path: path, headers: headers)
  }

  /// Reads a call to an actor on `node`, or returns nil when a part is missing or malformed.
  package init?(path: String, on node: NodeName, header: (String) -> String?) {
    guard path.hasPrefix(CallRoute.prefix) else { return nil }
    let parts = path.dropFirst(CallRoute.prefix.count).split(
      separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = PercentEncoding.decode(parts[0]),
      let name = PercentEncoding.decode(parts[1]), !kind.isEmpty, !name.isEmpty,
      let target = header("busbar-target").flatMap({ PercentEncoding.decode($0) }),
      let twin = header("busbar-twin").flatMap({ PercentEncoding.decode($0) }),
      let era = header("busbar-era").flatMap({ Int64($0) }),
      let milliseconds = header("busbar-deadline-ms").flatMap({ Int64($0) }), milliseconds >= 0,
      let caller = header("busbar-caller").flatMap({ Self.readCaller($0) })
    else { return nil }
    self.init(
      route: CallRoute(
        to: ActorIdentity(kind: kind, name: name, on: node), target: target, twin: twin,
        caller: caller), era: era, milliseconds: milliseconds)
  }

  /// A call whose caller waits for this long, or as long as any may.
  init(route: CallRoute, era: Int64, milliseconds: Int64) {
    self.init(
      route: route, era: era,
      timeLeft: min(.milliseconds(milliseconds), CallLimits.maximumTimeout))
  }

  private static func readCaller(_ text: String) -> Caller? {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard let last = parts.last, let node = PercentEncoding.decode(last), !node.isEmpty else {
      return nil
    }
    if parts.count == 1 { return Caller(node: NodeName(node)) }
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, names.count == 2, let kind = PercentEncoding.decode(names[0]),
      let name = PercentEncoding.decode(names[1])
    else { return nil }
    let actor = ActorIdentity(kind: kind, name: name, on: NodeName(node))
    return Caller(node: actor.node, actor: actor)
  }
}

extension CallRoute {
  /// Where calls go.
  static let prefix = "/v1/actors/"

  /// `/v1/actors/{kind}/{name}`.
  package var path: String {
    Self.prefix + PercentEncoding.names.encode(to.kind) + "/"
      + PercentEncoding.names.encode(to.name)
  }

  /// The headers that all calls of the route carry, in a fixed order.
  package var headers: [CallHead.Header] {
    [
      ("content-type", "application/cbor"),
      ("busbar-target", PercentEncoding.names.encode(target)),
      ("busbar-twin", PercentEncoding.names.encode(twin)),
      ("busbar-caller", Self.write(caller)),
    ]
  }

  /// `node`, or `kind/name@node`.
  private static func write(_ caller: Caller) -> String {
    let node = PercentEncoding.names.encode(caller.node.rawValue)
    guard let actor = caller.actor else { return node }
    return
      "\(PercentEncoding.names.encode(actor.kind))/\(PercentEncoding.names.encode(actor.name))@\(node)"
  }
}

extension Duration {
  /// Milliseconds, rounded up, so that a short wait is not sent as none.
  package var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// Nanoseconds, rounded down.
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
