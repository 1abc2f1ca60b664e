import Synchronization

/// Counts the connections of one direction.
public final class ConnectionTally: Sendable {
  /// What was counted so far.
  public struct Counts: Sendable, Equatable {
    /// Connections that are open now.
    public var open = 0
    /// Connections that were ever made.
    public var opened = 0
    /// Connections that ended without a word of goodbye, from either side.
    public var lost = 0

    public init() {}
  }

  private let opened = Atomic(0)
  private let closed = Atomic(0)
  private let lost = Atomic(0)

  public init() {}

  public var counts: Counts {
    var counts = Counts()
    // In this order no connection is counted as open that never was.
    let closed = self.closed.load(ordering: .acquiring)
    counts.opened = opened.load(ordering: .relaxed)
    counts.lost = lost.load(ordering: .relaxed)
    counts.open = counts.opened - closed
    return counts
  }

  package func open() { opened.add(1, ordering: .relaxed) }

  /// - Parameter isLost: whether nobody announced the end.
  package func close(isLost: Bool) {
    if isLost { lost.add(1, ordering: .relaxed) }
    closed.add(1, ordering: .releasing)
  }
}
