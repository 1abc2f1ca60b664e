import SQLiteTwinStore
import Testing
import TwinStore

struct StoreTests {
  @Test("The store in memory", arguments: StoreConformance.facts)
  func memory(fact: StoreConformance.Fact) throws {
    try fact.check { MemoryStore() }
  }

  @Test("The store in a file", arguments: StoreConformance.facts)
  func file(fact: StoreConformance.Fact) throws {
    let scratch = try Scratch()
    var count = 0
    try fact.check {
      count += 1
      return try SQLiteStore(at: scratch.path("\(count)/store.sqlite"))
    }
  }

  @Test("A refusal says who came first and what comes next")
  func sentences() {
    #expect(
      "\(StoreError.staleEra(given: 1, current: 2))"
        == "the store is in era 2 and takes nothing from era 1: another coordinator has started")
    #expect(
      "\(StoreError.wrongTick(given: 4, expected: 3))"
        == "tick 4 cannot be committed; the next one is tick 3")
  }

  @Test("A refusal of a file names it and says what to do")
  func fileSentences() {
    #expect(
      "\(StoreError.locked(path: "run/store.sqlite", pid: 4711))"
        == "the store run/store.sqlite is held by another coordinator, process 4711; 'busbar ps "
        + "--data run' shows it, 'busbar down --data run' ends it")
    for error: StoreError in [
      .locked(path: "a/store", pid: nil), .full(path: "a/store"), .readOnly(path: "a/store"),
      .damaged(path: "a/store", why: "it is torn"), .unusable(path: "a/store", why: "it is gone"),
      .otherLayout(path: "a/store", stored: 2, own: 1),
    ] {
      #expect("\(error)".contains("store a/store "))
      #expect("\(error)".contains("; "), "What to do stands after a semicolon: \(error)")
    }
  }
}
