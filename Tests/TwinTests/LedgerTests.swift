import ActorCluster
import GridModel
import PowerFlow
import Testing

@testable import Twin

/// Who owns what, and who has which slice.
struct LedgerTests {
  private static let segments = ["A", "B", "C"] as [SegmentPlan.ID]

  @Test("At first nobody owns anything and nothing is settled")
  func first() {
    let ledger = Ledger(Self.segments)
    #expect(ledger.owners == [nil, nil, nil])
    #expect(ledger.holdings.map(\.segment) == Self.segments)
    #expect(ledger.holdings.allSatisfy { $0.term == nil && $0.structure == nil })
    #expect(!ledger.isSettled)
    #expect(ledger.segments(of: "north") == [])
  }

  @Test("What moves is told by the node that gets it, in the order of the segments")
  func assigns() {
    var ledger = Ledger(Self.segments)
    let moved = ledger.assign(["north", "south", "north"])
    #expect(moved == ["north": ["A", "C"], "south": ["B"]])
    #expect(ledger.owners == ["north", "south", "north"])
    #expect(ledger.segments(of: "north") == ["A", "C"])
    #expect(ledger.segments(of: "south") == ["B"])
    #expect(ledger.segments(of: "east") == [])
  }

  @Test("A new owner has to get the slice; whoever stays keeps it")
  func newOwnerNeedsSlice() {
    var ledger = held()
    let moved = ledger.assign(["north", "east", "north"])
    #expect(moved == ["east": ["B"]])
    #expect(ledger.holdings.map(\.term) == [1, nil, 1])
  }

  @Test("To assign the same owners again moves nothing and takes no slice away")
  func sameOwners() {
    var ledger = held()
    let moved = ledger.assign(["north", "south", "north"])
    #expect(moved == [:])
    #expect(ledger.holdings.map(\.term) == [1, 2, 1])
    #expect(ledger.isSettled, "Whether all are introduced is not for an assignment to say.")
  }

  @Test("Who trusts nobody hands out every slice again, to the same owners")
  func distrust() {
    var ledger = held()
    ledger.distrustAll()
    #expect(ledger.holdings.map(\.term) == [nil, nil, nil])
    #expect(ledger.owners == ["north", "south", "north"])
    #expect(!ledger.isSettled)
  }

  @Test("A segment's actor is on its owner, under the segment's name")
  func identity() {
    let ledger = held()
    #expect(
      ledger.identity(of: 1)
        == ActorIdentity(kind: Segment.kind, name: "B", on: "south"))
  }

  /// A ledger whose owners have their slices.
  private func held() -> Ledger {
    var ledger = Ledger(Self.segments)
    _ = ledger.assign(["north", "south", "north"])
    for (position, term) in [1, 2, 1].enumerated() { ledger.holdings[position].term = term }
    ledger.isSettled = true
    return ledger
  }
}
