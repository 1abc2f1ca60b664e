import Synchronization
import TwinStore

/// The store as one start of the coordinator sees it: a commit may kill the process, and a process
/// that is dead does nothing to the store any more.
package final class FaultyStore: Store {
  /// What happens at the store, for whoever watches and whoever breaks it.
  package struct Desk: Sendable {
    package var raised: @Sendable (_ era: Int64) -> Void
    package var committed: @Sendable (_ commit: Commit, _ era: Int64) -> Void
    package var read: @Sendable (_ commit: Commit?) -> Void
    /// What the next commit does to its coordinator; taken once.
    package var takeCrash: @Sendable () -> StoreCrash?
    /// Kills the coordinator's process.
    package var kill: @Sendable () -> Void
  }

  private let store: any Store
  private let desk: Desk
  private let isDead = Atomic(false)

  package init(_ store: any Store, desk: Desk) {
    self.store = store
    self.desk = desk
  }

  /// The process that uses this store is gone.
  package func die() { isDead.store(true, ordering: .relaxed) }

  package func claim(_ label: StoreLabel, slices: [StoredSlice]) throws(StoreError) {
    try live()
    try store.claim(label, slices: slices)
  }

  package func slice(of segment: String) throws(StoreError) -> [UInt8]? {
    try live()
    return try store.slice(of: segment)
  }

  package func raiseEra() throws(StoreError) -> Int64 {
    try live()
    let era = try store.raiseEra()
    desk.raised(era)
    return era
  }

  package func raiseEra(from era: Int64) throws(StoreError) -> Int64 {
    try live()
    let era = try store.raiseEra(from: era)
    desk.raised(era)
    return era
  }

  package func commit(_ commit: Commit, era: Int64) throws(StoreError) {
    try live()
    let crash = desk.takeCrash()
    if crash == .beforeCommit {
      desk.kill()
      try live()
    }
    try store.commit(commit, era: era)
    desk.committed(commit, era)
    if crash == .afterCommit {
      desk.kill()
      try live()
    }
  }

  package func lastCommit() throws(StoreError) -> Commit? {
    try live()
    let commit = try store.lastCommit()
    desk.read(commit)
    return commit
  }

  /// A dead process gets no answer; its code must end somehow, and nobody sees how.
  private func live() throws(StoreError) {
    guard !isDead.load(ordering: .relaxed) else { throw .staleEra(given: -1, current: -1) }
  }
}
