import HTTP2Session

/// Dispatches requests to several responders, by path and then by method.
///
/// What has no route is answered with 404, and a known path with another method with 405.
public struct Router: HTTP2Responder {
  /// What one responder answers.
  public struct Route: Sendable {
    fileprivate enum Place: Sendable {
      case exactly(String)
      case below(String)
    }

    fileprivate let place: Place
    /// `nil` for a responder that judges methods itself.
    fileprivate let method: String?
    fileprivate let responder: any HTTP2Responder

    /// A path, whatever its query.
    public static func at(
      _ path: String, method: String, _ responder: any HTTP2Responder
    ) -> Route {
      Route(place: .exactly(path), method: method, responder: responder)
    }

    /// Every path with a prefix and every method.
    public static func below(_ prefix: String, _ responder: any HTTP2Responder) -> Route {
      Route(place: .below(prefix), method: nil, responder: responder)
    }

    fileprivate func covers(_ path: String) -> Bool {
      // By bytes, since every call comes by here.
      switch place {
      case .below(let prefix): path.utf8.starts(with: prefix.utf8)
      case .exactly(let whole):
        path.utf8.starts(with: whole.utf8)
          && [nil, UInt8(ascii: "?")].contains(path.utf8.dropFirst(whole.utf8.count).first)
      }
    }
  }

  private let routes: [Route]

  /// The first route that covers a request takes it, so the busiest stands first.
  public init(_ routes: [Route]) { self.routes = routes }

  public func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { admit(head, from: nil) }

  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    var allowed: [String] = []
    for route in routes where route.covers(head.path) {
      guard let method = route.method, method != head.method else {
        return route.responder.admit(head, from: peer)
      }
      allowed.append(method)
    }
    return .answer(allowed.isEmpty ? Self.notFound : Self.notAllowed(allowed))
  }

  private static let notFound = HTTP2Response(
    status: 404, headers: ["content-type": "text/plain; charset=utf-8"],
    body: Array("There is nothing here.\n".utf8))

  private static func notAllowed(_ methods: [String]) -> HTTP2Response {
    HTTP2Response(status: 405, headers: ["allow": methods.joined(separator: ", ")])
  }
}
