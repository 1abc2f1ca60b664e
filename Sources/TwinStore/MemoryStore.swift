import Synchronization

/// A store that lasts as long as its process: for a demo, and for the simulation.
public final class MemoryStore: Store {
  private struct State {
    var label: StoreLabel?
    var slices: [String: [UInt8]] = [:]
    var era: Int64 = 0
    var last: Commit?
  }

  private let state = Mutex(State())

  public init() {}

  public func claim(_ label: StoreLabel, slices: [StoredSlice]) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in
      if let stored = state.label { return try stored.check(label) }
      state.label = label
      for slice in slices { state.slices[slice.segment] = slice.bytes }
    }
  }

  public func slice(of segment: String) throws(StoreError) -> [UInt8]? {
    state.withLock { $0.slices[segment] }
  }

  public func raiseEra() throws(StoreError) -> Int64 {
    state.withLock { state in
      state.era += 1
      return state.era
    }
  }

  public func raiseEra(from era: Int64) throws(StoreError) -> Int64 {
    try state.withLock { (state) throws(StoreError) in
      guard era == state.era else { throw .staleEra(given: era, current: state.era) }
      state.era += 1
      return state.era
    }
  }

  public func commit(_ commit: Commit, era: Int64) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in
      guard era == state.era else { throw .staleEra(given: era, current: state.era) }
      let expected = (state.last?.tick ?? -1) + 1
      guard commit.tick == expected else {
        throw .wrongTick(given: commit.tick, expected: expected)
      }
      state.last = commit
    }
  }

  public func lastCommit() throws(StoreError) -> Commit? { state.withLock { $0.last } }
}
