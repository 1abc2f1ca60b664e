import Synchronization
import TwinStore

/// A store that does not do what stores promise, in one way.
final class BrokenStore: Store {
  enum Fault: Sendable {
    /// Says that it has taken a tick, and has not.
    case losesCommit(tick: Int64)
    /// Takes ticks of any era.
    case takesOldEras
    /// Writes a tick with a bit turned.
    case changesCommit(tick: Int64)
    /// Does not raise the era.
    case keepsEra
    /// Takes nothing any more from a tick on.
    case refusesCommits(from: Int64)
  }

  private let store = MemoryStore()
  private let fault: Fault
  private let era = Mutex<Int64>(0)

  init(_ fault: Fault) { self.fault = fault }

  func claim(_ label: StoreLabel, slices: [StoredSlice]) throws(StoreError) {
    try store.claim(label, slices: slices)
  }

  func slice(of segment: String) throws(StoreError) -> [UInt8]? { try store.slice(of: segment) }

  func raiseEra() throws(StoreError) -> Int64 {
    let raised = try store.raiseEra()
    return era.withLock { era in
      if case .keepsEra = fault, era > 0 { return era }
      era = raised
      return raised
    }
  }

  func raiseEra(from era: Int64) throws(StoreError) -> Int64 {
    if case .keepsEra = fault { return try raiseEra() }
    return try store.raiseEra(from: era)
  }

  func commit(_ commit: Commit, era: Int64) throws(StoreError) {
    var commit = commit
    var era = era
    switch fault {
    case .losesCommit(let tick) where commit.tick == tick: return
    case .changesCommit(let tick) where commit.tick == tick:
      commit.states[0].state[commit.states[0].state.count - 1] ^= 1
    case .refusesCommits(let tick) where commit.tick >= tick:
      throw .staleEra(given: era, current: era + 1)
    case .takesOldEras, .keepsEra:
      // Whatever the era was, it is the right one.
      era = try store.raiseEra()
    case .losesCommit, .changesCommit, .refusesCommits: break
    }
    try store.commit(commit, era: era)
  }

  func lastCommit() throws(StoreError) -> Commit? { try store.lastCommit() }
}
