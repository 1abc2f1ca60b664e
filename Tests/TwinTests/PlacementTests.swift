import ActorCluster
import GridModel
import SeededRandom
import SimulatedCluster
import Testing

@testable import Twin

/// Who owns what follows from who lives and who owned it before.
struct PlacementTests {
  /// A topology has placements, too.
  private typealias Placement = Twin.Placement

  private static let seeds = 1...300 as ClosedRange<UInt64>

  // MARK: Cases

  @Test("While every home lives each segment is at home, wherever it was")
  func home() {
    let placement = Self.placement(("A", "north", 1), ("B", "south", 9), ("C", "north", 2))
    let homes = ["north", "south", "north"] as [NodeName]
    let unplaced = placement.owners(among: ["south", "north"], present: [nil, nil, nil])
    #expect(unplaced == homes)
    let strayed = placement.owners(
      among: ["south", "north", "spare"], present: ["south", "spare", "dead"])
    #expect(strayed == homes, "A home is not left for a lighter node.")
  }

  @Test("Without a node nobody owns anything; with one it owns everything")
  func noneAndOne() {
    let placement = Self.placement(("A", "north", 1), ("B", "south", 9), ("C", "east", 0))
    let before = ["north", "south", "east"] as [NodeName?]
    #expect(placement.owners(among: [], present: before) == nil)
    for node in ["north", "spare"] as [NodeName] {
      let owners = placement.owners(among: [node], present: before)
      #expect(owners == [node, node, node])
    }
  }

  @Test("A twin without segments needs no owner")
  func noSegments() {
    #expect(Self.placement().owners(among: ["north"], present: []) == [])
    #expect(Self.placement().owners(among: [], present: []) == nil)
  }

  @Test("A dead node's segments are spread over the living by load, the heaviest first")
  func spreadByLoad() {
    let placement = Self.placement(
      ("A", "dead", 10), ("B", "dead", 6), ("C", "dead", 5), ("D", "north", 1), ("E", "south", 2))
    let owners = placement.owners(
      among: ["north", "south"], present: ["dead", "dead", "dead", "north", "south"])
    // A to the lighter north, B to south, C to the lighter south again.
    #expect(owners == ["north", "south", "south", "north", "south"])
  }

  @Test("Of equally light nodes the first by name takes over, of equal segments the first by id")
  func ties() {
    let placement = Self.placement(("A", "dead", 3), ("B", "dead", 3), ("C", "dead", 3))
    let owners = placement.owners(among: ["z", "y", "x"], present: [nil, nil, nil])
    #expect(owners == ["x", "y", "z"])
  }

  @Test("A segment whose home is back goes home; the others stay where they are")
  func homeIsBack() {
    let placement = Self.placement(("A", "north", 4), ("B", "south", 4), ("C", "gone", 4))
    let owners = placement.owners(
      among: ["north", "south", "east"], present: ["south", "south", "east"])
    #expect(owners == ["north", "south", "east"])
  }

  @Test("A displaced segment does not move again because another node died")
  func noWandering() {
    let placement = Self.placement(
      ("A", "dead", 5), ("B", "dying", 1), ("C", "north", 5), ("D", "south", 5), ("E", "east", 5))
    let owners = placement.owners(
      among: ["north", "south", "east"], present: ["south", "dying", "north", "south", "east"])
    #expect(owners == ["south", "east", "north", "south", "east"])
  }

  @Test("A displaced segment moves to a node that came, if that makes the heavier of both lighter")
  func relieves() {
    let placement = Self.placement(("A", "dead", 3), ("B", "dead", 3), ("C", "north", 4))
    let crowded = placement.owners(
      among: ["north", "spare"], present: ["north", "north", "north"])
    #expect(crowded == ["spare", "spare", "north"])
    let even = placement.owners(
      among: ["north", "spare", "idle"], present: ["spare", "idle", "north"])
    #expect(even == ["spare", "idle", "north"], "Nothing becomes lighter by moving.")
    let same = Self.placement(("A", "dead", 3)).owners(
      among: ["north", "spare"], present: ["spare"])
    #expect(same == ["spare"], "To change places is no relief.")
  }

  @Test("A segment at home stays there, however heavy its node is")
  func homesAreNotRelieved() {
    let placement = Self.placement(("A", "north", 50), ("B", "north", 50), ("C", "dead", 1))
    let owners = placement.owners(
      among: ["north", "spare"], present: ["north", "north", "north"])
    #expect(owners == ["north", "north", "spare"])
  }

  // MARK: Whatever the case

  @Test("Every segment has one owner, who lives; at home if its home lives", arguments: seeds)
  func oneLivingOwner(seed: UInt64) {
    let draw = Draw(seed: seed)
    let owners = draw.owners
    #expect(owners.count == draw.placement.entries.count)
    for (entry, owner) in zip(draw.placement.entries, owners) {
      #expect(draw.living.contains(owner))
      if draw.living.contains(entry.home) { #expect(owner == entry.home) }
    }
  }

  @Test("The order in which the living are told decides nothing", arguments: seeds)
  func anyOrder(seed: UInt64) {
    let draw = Draw(seed: seed)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5 {
      let living = draw.living.shuffled(using: &generator)
      #expect(draw.placement.owners(among: living, present: draw.present) == draw.owners)
      #expect(draw.placement.owners(among: living + living, present: draw.present) == draw.owners)
    }
  }

  @Test("While nobody comes or goes nothing moves", arguments: seeds)
  func stable(seed: UInt64) {
    let draw = Draw(seed: seed)
    #expect(draw.placement.owners(among: draw.living, present: draw.owners) == draw.owners)
  }

  @Test(
    "A node with a displaced segment has at most that segment more than the lightest",
    arguments: seeds)
  func spread(seed: UInt64) {
    let draw = Draw(seed: seed)
    let least = draw.living.map { draw.load(of: $0) }.min()!
    for (entry, owner) in zip(draw.placement.entries, draw.owners)
    where owner != entry.home && entry.weight > 0 {
      #expect(draw.load(of: owner) <= least + entry.weight)
    }
  }

  @Test("When a node dies its own segments move, and others only to relieve", arguments: seeds)
  func deathMovesLittle(seed: UInt64) {
    let draw = Draw(seed: seed)
    guard let dead = draw.living.last, draw.living.count > 1 else { return }
    let living = Array(draw.living.dropLast())
    let after = draw.placement.owners(among: living, present: draw.owners)!
    for (position, entry) in draw.placement.entries.enumerated() {
      let before = draw.owners[position]
      guard after[position] != before, before != dead else { continue }
      #expect(before != entry.home, "Who is at home stays.")
      #expect(entry.weight > 0, "What weighs nothing relieves nobody.")
    }
  }

  @Test("When a node comes back everything that was at home is at home again", arguments: seeds)
  func thereAndBack(seed: UInt64) {
    let draw = Draw(seed: seed)
    let homes = Array(Set(draw.placement.entries.map(\.home)))
    let away = draw.placement.owners(among: draw.living, present: draw.present)!
    let back = draw.placement.owners(among: draw.living + homes, present: away)
    #expect(back == draw.placement.entries.map(\.home))
  }

  // MARK: Making them

  private static func placement(_ entries: (SegmentPlan.ID, NodeName, Int)...) -> Placement {
    Placement(entries.map { .init(segment: $0.0, home: $0.1, weight: $0.2) })
  }

  /// Segments, nodes and present owners by chance.
  private struct Draw {
    let placement: Placement
    let living: [NodeName]
    let present: [NodeName?]
    let owners: [NodeName]

    init(seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      let nodes = (0..<Int.random(in: 1...8, using: &generator)).map { NodeName("node-\($0)") }
      let strangers = ["spare-1", "spare-2"] as [NodeName]
      let entries = (0..<Int.random(in: 0...24, using: &generator)).map { number in
        Placement.Entry(
          segment: Name("segment-\(number)"), home: nodes.randomElement(using: &generator)!,
          weight: Int.random(in: 0...40, using: &generator))
      }
      var living = (nodes + strangers).filter { _ in Bool.random(using: &generator) }
      if living.isEmpty { living = [nodes[0]] }
      placement = Placement(entries)
      self.living = living
      present = entries.map { _ in (nodes + strangers + [nil]).randomElement(using: &generator)! }
      owners = placement.owners(among: living, present: present)!
    }

    func load(of node: NodeName) -> Int {
      zip(placement.entries, owners).filter { $0.1 == node }.map(\.0.weight).reduce(0, +)
    }
  }
}
