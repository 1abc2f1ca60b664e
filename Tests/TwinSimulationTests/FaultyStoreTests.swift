import Synchronization
import Testing
import TwinStore

@testable import TwinSimulation

/// A store whose process dies around a commit.
struct FaultyStoreTests {
  @Test(
    "A commit kills its coordinator before it takes effect, or after",
    arguments: [
      (StoreCrash.beforeCommit, nil as Int64?), (.afterCommit, 0),
    ])
  func crash(crash: StoreCrash, committed: Int64?) throws {
    let inner = MemoryStore()
    let box = KilledStore()
    let store = FaultyStore(
      inner,
      desk: FaultyStore.Desk(
        raised: { _ in }, committed: { _, _ in }, read: { _ in }, takeCrash: { crash },
        kill: { box.kill() }))
    box.set(store)
    let era = try store.raiseEra()
    #expect(throws: StoreError.self) { try store.commit(RefereeTests.commit(0), era: era) }
    #expect(box.isKilled)
    #expect(try inner.lastCommit()?.tick == committed)
  }

  @Test("A dead process does nothing to the store")
  func dead() throws {
    let inner = MemoryStore()
    let store = RefereeBox().open(inner, start: 1)
    let era = try store.raiseEra()
    store.die()
    #expect(throws: StoreError.self) { try store.commit(RefereeTests.commit(0), era: era) }
    #expect(throws: StoreError.self) { try store.raiseEra() }
    #expect(throws: StoreError.self) { try store.raiseEra(from: era) }
    #expect(throws: StoreError.self) { try store.lastCommit() }
    #expect(try inner.lastCommit() == nil)
    #expect(try inner.raiseEra() == era + 1)
  }

  @Test("A living process has the store as it is")
  func alive() throws {
    let referee = RefereeBox()
    let store = referee.open(MemoryStore(), start: 1)
    let era = try store.raiseEra()
    try store.commit(RefereeTests.commit(0), era: era)
    #expect(try store.lastCommit() == RefereeTests.commit(0))
    #expect(try store.raiseEra(from: era) == era + 1)
    #expect(throws: StoreError.staleEra(given: era, current: era + 1)) {
      try store.commit(RefereeTests.commit(1), era: era)
    }
    #expect(referee.violations == [])
  }
}

/// Kills a store as a crash of its process does.
private final class KilledStore: Sendable {
  private let store = Mutex<FaultyStore?>(nil)
  private let killed = Atomic(false)

  var isKilled: Bool { killed.load(ordering: .relaxed) }

  func set(_ store: FaultyStore) { self.store.withLock { $0 = store } }

  func kill() {
    killed.store(true, ordering: .relaxed)
    store.withLock { $0 }?.die()
  }
}
