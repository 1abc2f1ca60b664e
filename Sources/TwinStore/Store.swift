/// Keeps what the twin has committed: the truth that everything else returns to.
///
/// Each tick is committed once, whole, under the era of the coordinator that did it. The store is
/// one of the four places where a result is accepted: an old era is refused here, whatever came
/// before. Calls do not suspend, so that nothing happens between asking and deciding.
public protocol Store: AnyObject, Sendable {
  /// Makes the store this twin's: an empty one keeps the label and the slices, any other refuses a
  /// label that is not its own.
  ///
  /// - Throws: `otherTwin`, `otherTopology` or `otherVersion`; the store is left as it was.
  func claim(_ label: StoreLabel, slices: [StoredSlice]) throws(StoreError)

  /// A segment's slice of the topology, as its twin encoded it; `nil` before the store is claimed
  /// and for a segment that the twin does not have.
  func slice(of segment: String) throws(StoreError) -> [UInt8]?

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

/// Whose a store is. Two labels are of one twin when all parts are equal.
public struct StoreLabel: Sendable, Equatable {
  /// The topology's name.
  public var twin: String
  /// A hash of everything that states depend on: the grid, its assets, its cut, its time and seed.
  public var topologyHash: UInt64
  /// The number of the layout that states are encoded in.
  public var stateSchema: Int64

  public init(twin: String, topologyHash: UInt64, stateSchema: Int64) {
    self.twin = twin
    self.topologyHash = topologyHash
    self.stateSchema = stateSchema
  }

  /// Refuses a label that is not this one, with the first thing that differs.
  package func check(_ own: StoreLabel) throws(StoreError) {
    guard own.twin == twin else { throw .otherTwin(stored: twin, own: own.twin) }
    guard own.stateSchema == stateSchema else {
      throw .otherVersion(stored: stateSchema, own: own.stateSchema)
    }
    guard own.topologyHash == topologyHash else { throw .otherTopology(twin: twin) }
  }
}

/// One segment's slice of the topology, opaque to the store.
public struct StoredSlice: Sendable, Equatable {
  public var segment: String
  public var bytes: [UInt8]

  public init(segment: String, bytes: [UInt8]) {
    self.segment = segment
    self.bytes = bytes
  }
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
