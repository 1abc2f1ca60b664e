import Testing
import TwinStore

/// What every store does, whatever it keeps its commits in.
///
///     @Test("The store in memory", arguments: StoreConformance.facts)
///     func memory(fact: StoreConformance.Fact) throws { try fact.check { MemoryStore() } }
enum StoreConformance {
  /// Makes an empty store.
  typealias Factory = () throws -> any Store

  struct Fact: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: @Sendable (Factory) throws -> Void
  }

  static let facts = [
    Fact(testDescription: "A new store holds no tick", check: isEmpty),
    Fact(testDescription: "Each start raises the era by one", check: raisesEra),
    Fact(testDescription: "Who is in the present era may raise it", check: raisesOwnEra),
    Fact(testDescription: "Who is in an old era may not raise it", check: refusesToRaise),
    Fact(testDescription: "A commit is read back whole", check: keepsCommits),
    Fact(testDescription: "A commit of another era is refused", check: refusesOtherEras),
    Fact(testDescription: "A tick is committed once, in its turn", check: refusesOtherTicks),
    Fact(testDescription: "An old era is told before a wrong tick", check: eraComesFirst),
  ]

  private static func isEmpty(_ make: Factory) throws {
    let store = try make()
    #expect(try store.lastCommit() == nil)
    let era = try store.raiseEra()
    #expect(try store.lastCommit() == nil, "An era is no tick.")
    #expect(throws: StoreError.wrongTick(given: -1, expected: 0)) {
      try store.commit(commit(-1), era: era)
    }
  }

  private static func raisesEra(_ make: Factory) throws {
    let store = try make()
    let first = try store.raiseEra()
    #expect(first > 0, "A node that just started is in era 0, and that is nobody's.")
    #expect(try store.raiseEra() == first + 1)
    #expect(try store.raiseEra() == first + 2)
    let other = try make()
    #expect(try other.raiseEra() == first, "Two stores know nothing of each other.")
  }

  private static func raisesOwnEra(_ make: Factory) throws {
    let store = try make()
    let era = try store.raiseEra()
    #expect(try store.raiseEra(from: era) == era + 1)
    try store.commit(commit(0), era: era + 1)
  }

  private static func refusesToRaise(_ make: Factory) throws {
    let store = try make()
    let old = try store.raiseEra()
    let new = try store.raiseEra()
    #expect(throws: StoreError.staleEra(given: old, current: new)) {
      _ = try store.raiseEra(from: old)
    }
    try store.commit(commit(0), era: new)
  }

  private static func keepsCommits(_ make: Factory) throws {
    let store = try make()
    let era = try store.raiseEra()
    for tick in 0..<5 as Range<Int64> {
      try store.commit(commit(tick), era: era)
      #expect(try store.lastCommit() == commit(tick))
    }
    _ = try store.raiseEra()
    #expect(try store.lastCommit() == commit(4), "Ticks outlive eras.")
  }

  private static func refusesOtherEras(_ make: Factory) throws {
    let store = try make()
    let old = try store.raiseEra()
    try store.commit(commit(0), era: old)
    let new = try store.raiseEra()
    for era in [old, new + 1, 0] {
      #expect(throws: StoreError.staleEra(given: era, current: new)) {
        try store.commit(commit(1), era: era)
      }
    }
    #expect(try store.lastCommit() == commit(0))
    try store.commit(commit(1), era: new)
  }

  private static func refusesOtherTicks(_ make: Factory) throws {
    let store = try make()
    let era = try store.raiseEra()
    for tick in [1, 7] as [Int64] {
      #expect(throws: StoreError.wrongTick(given: tick, expected: 0)) {
        try store.commit(commit(tick), era: era)
      }
    }
    try store.commit(commit(0), era: era)
    for tick in [-1, 0, 2] as [Int64] {
      #expect(throws: StoreError.wrongTick(given: tick, expected: 1)) {
        try store.commit(commit(tick), era: era)
      }
    }
    #expect(try store.lastCommit() == commit(0))
  }

  private static func eraComesFirst(_ make: Factory) throws {
    let store = try make()
    let old = try store.raiseEra()
    let new = try store.raiseEra()
    #expect(throws: StoreError.staleEra(given: old, current: new)) {
      try store.commit(commit(9), era: old)
    }
  }

  /// A tick of two segments with bytes of all kinds, one of them without any.
  private static func commit(_ tick: Int64) -> Commit {
    Commit(
      tick: tick,
      states: [
        SegmentRecord(segment: "feeder-1", state: (0...255).map { $0 &+ UInt8(tick & 0xff) }),
        SegmentRecord(segment: "Straße 2", state: []),
      ])
  }
}
