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
    Fact(testDescription: "A tick without segments is a tick", check: keepsEmptyCommits),
    Fact(testDescription: "A claimed store has every slice", check: keepsSlices),
    Fact(testDescription: "A new store has no slice", check: hasNoSlices),
    Fact(testDescription: "A store is claimed again by its twin alone", check: refusesOthers),
    Fact(
      testDescription: "A refused claim changes nothing", check: refusalsLeaveNothing),
    Fact(testDescription: "A claim neither raises the era nor commits", check: claimsAreNoCommits),
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
    for era in [old, new + 1, 0] {
      #expect(throws: StoreError.staleEra(given: era, current: new)) {
        _ = try store.raiseEra(from: era)
      }
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

  private static func keepsEmptyCommits(_ make: Factory) throws {
    let store = try make()
    let era = try store.raiseEra()
    try store.commit(Commit(tick: 0, states: []), era: era)
    #expect(try store.lastCommit() == Commit(tick: 0, states: []))
    #expect(throws: StoreError.wrongTick(given: 0, expected: 1)) {
      try store.commit(commit(0), era: era)
    }
    try store.commit(commit(1), era: era)
  }

  private static func keepsSlices(_ make: Factory) throws {
    let store = try make()
    try store.claim(label, slices: slices)
    for slice in slices { #expect(try store.slice(of: slice.segment) == slice.bytes) }
    #expect(try store.slice(of: "feeder-9") == nil)
    try store.claim(label, slices: [])
    for slice in slices { #expect(try store.slice(of: slice.segment) == slice.bytes) }
  }

  private static func hasNoSlices(_ make: Factory) throws {
    #expect(try make().slice(of: "feeder-1") == nil)
  }

  private static func refusesOthers(_ make: Factory) throws {
    let store = try make()
    try store.claim(label, slices: slices)
    try store.claim(label, slices: slices)
    var other = label
    other.twin = "another"
    #expect(throws: StoreError.otherTwin(stored: "cigre-mv", own: "another")) {
      try store.claim(other, slices: slices)
    }
    other = label
    other.topologyHash = 0
    #expect(throws: StoreError.otherTopology(twin: "cigre-mv")) {
      try store.claim(other, slices: slices)
    }
    other = label
    other.stateSchema = 2
    #expect(throws: StoreError.otherVersion(stored: 1, own: 2)) {
      try store.claim(other, slices: slices)
    }
  }

  private static func refusalsLeaveNothing(_ make: Factory) throws {
    let store = try make()
    try store.claim(label, slices: slices)
    let era = try store.raiseEra()
    try store.commit(commit(0), era: era)
    let other = StoreLabel(twin: "another", topologyHash: 1, stateSchema: 1)
    #expect(throws: StoreError.self) {
      try store.claim(other, slices: [StoredSlice(segment: "feeder-9", bytes: [9])])
    }
    #expect(try store.slice(of: "feeder-9") == nil)
    #expect(try store.lastCommit() == commit(0))
    try store.commit(commit(1), era: era)
    try store.claim(label, slices: slices)
  }

  private static func claimsAreNoCommits(_ make: Factory) throws {
    let store = try make()
    let era = try store.raiseEra()
    try store.claim(label, slices: slices)
    #expect(try store.lastCommit() == nil)
    #expect(try store.raiseEra(from: era) == era + 1)
  }

  /// The hash has its highest bit set, which a signed number would lose.
  static let label = StoreLabel(
    twin: "cigre-mv", topologyHash: 0xfedc_ba98_7654_3210, stateSchema: 1)
  static let slices = [
    StoredSlice(segment: "feeder-1", bytes: (0...255).map { UInt8($0) }),
    StoredSlice(segment: "Straße 2", bytes: []),
  ]

  /// A tick of two segments with bytes of all kinds, one of them without any.
  static func commit(_ tick: Int64) -> Commit {
    Commit(
      tick: tick,
      states: [
        SegmentRecord(segment: "feeder-1", state: (0...255).map { $0 &+ UInt8(tick & 0xff) }),
        SegmentRecord(segment: "Straße 2", state: []),
      ])
  }
}
