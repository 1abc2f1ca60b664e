/// So many of something at once, and no more.
public final class Places: Sendable {
  private let limit: Int
  private let held = Guarded(0)

  public init(_ limit: Int) { self.limit = limit }

  /// Takes a place; nil when all are taken.
  public func take() -> Place? {
    held.withLock { count in
      guard count < limit else { return nil }
      count += 1
      return Place(self)
    }
  }

  /// One of the places. It is given back when it is left or forgotten, as by a request whose body never
  /// comes.
  public final class Place: Sendable {
    private let isHeld = Guarded(true)
    private let places: Places

    fileprivate init(_ places: Places) { self.places = places }

    deinit { leave() }

    public func leave() {
      let wasHeld = isHeld.withLock { isHeld in
        defer { isHeld = false }
        return isHeld
      }
      if wasHeld { places.held.withLock { $0 -= 1 } }
    }
  }
}
