/// Keeps what the twin has committed: the truth that everything else returns to.
///
/// Each tick is committed once, whole, under the era of the coordinator that did it. The store is
/// one of the four places where a result is accepted: an old era is refused here, whatever came
/// before. Calls do not suspend, so that nothing happens between asking and deciding.
public protocol Store: AnyObject, Sendable {
  /// Raises the era by one and returns it: at every start of a coordinator, which takes the store
  /// over from whoever had it.
  func raiseEra() throws(StoreError) -> Int64

  /// Raises the era by one and returns it: at every change of who owns what, by the coordinator
  /// that has the store.
  ///
  /// - Throws: `staleEra` when another coordinator has raised the era since: an old coordinator
  ///   that is in trouble must not take the store back.
  func raiseEra(from era: Int64) throws(StoreError) -> Int64

  /// Commits a tick: the state of every segment, in one transaction.
  ///
  /// - Throws: `staleEra` when another coordinator has raised the era since, `wrongTick` when the
  ///   tick is not the next one.
  func commit(_ commit: Commit, era: Int64) throws(StoreError)

  /// The last committed tick, `nil` before the first.
  func lastCommit() throws(StoreError) -> Commit?
}

/// A committed tick.
public struct Commit: Sendable, Equatable {
  public var tick: Int64
  /// The state of each segment as it encoded itself, by the segment's id, ascending.
  public var states: [SegmentRecord]

  public init(tick: Int64, states: [SegmentRecord]) {
    self.tick = tick
    self.states = states
  }
}

/// One segment's state, opaque to the store.
public struct SegmentRecord: Sendable, Equatable {
  public var segment: String
  public var state: [UInt8]

  public init(segment: String, state: [UInt8]) {
    self.segment = segment
    self.state = state
  }
}

/// Why a store did not do what it was asked.
public enum StoreError: Error, Equatable, Sendable {
  case staleEra(given: Int64, current: Int64)
  case wrongTick(given: Int64, expected: Int64)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .staleEra(let given, let current):
      "the store is in era \(current) and takes nothing from era \(given): another coordinator "
        + "has started"
    case .wrongTick(let given, let expected):
      "tick \(given) cannot be committed; the next one is tick \(expected)"
    }
  }
}
