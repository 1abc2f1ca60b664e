import HTTP2Session

/// A small document that is made anew for each request.
public struct Page: HTTP2Responder {
  /// How many of one page are made at once: more ask for it than have a reason to.
  private static let limit = 16

  private let make: @Sendable () async -> HTTP2Response
  private let underWay = Guarded(0)

  public init(_ make: @escaping @Sendable () async -> HTTP2Response) { self.make = make }

  public func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
    let isTaken = underWay.withLock { count in
      guard count < Self.limit else { return false }
      count += 1
      return true
    }
    guard isTaken else { return .answer(Self.busy) }
    // A request whose body never comes gives its place back with the task that it never starts.
    let place = Place(underWay)
    return .task { [make] _ in
      defer { place.leave() }
      return await make()
    }
  }

  private static let busy = HTTP2Response(status: 503, headers: ["retry-after": "1"])

  /// One of the pages under way, until it is made or its request is forgotten.
  private final class Place: Sendable {
    private let isHeld = Guarded(true)
    private let underWay: Guarded<Int>

    init(_ underWay: Guarded<Int>) { self.underWay = underWay }

    deinit { leave() }

    func leave() {
      let wasHeld = isHeld.withLock { isHeld in
        defer { isHeld = false }
        return isHeld
      }
      if wasHeld { underWay.withLock { $0 -= 1 } }
    }
  }
}
