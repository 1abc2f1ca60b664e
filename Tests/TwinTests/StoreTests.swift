import Testing
import TwinStore

struct StoreTests {
  @Test("The store in memory", arguments: StoreConformance.facts)
  func memory(fact: StoreConformance.Fact) throws {
    try fact.check { MemoryStore() }
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
}
