import ActorCluster
import SimulatedCluster
import Testing

@testable import TwinSimulation

/// What a disaster may be.
struct DisasterTests {
  private static let many = (0..<2000 as Range<UInt64>).map { Disaster(seed: $0) }

  @Test("A seed is a disaster, and another seed another one")
  func seeded() {
    #expect(Disaster(seed: 7) == Disaster(seed: 7))
    let shapes = Set(Self.many.map { "\($0.faults) \($0.clocks.count)" })
    #expect(shapes.count == Self.many.count)
  }

  @Test("Every fault is over in time, and begins before that")
  func bounded() {
    for disaster in Self.many {
      #expect((1...6).contains(disaster.faults.count))
      for fault in disaster.faults {
        #expect(fault.start >= .zero)
        #expect(fault.start < fault.end)
        #expect(fault.end <= Disaster.length)
        if case .pause = fault.kind {
          #expect(fault.end - fault.start <= Disaster.longestPause)
        }
        if case .badLinks(_, let quality) = fault.kind { #expect(quality.loss <= 0.3) }
      }
    }
  }

  @Test("Enough nodes come back, the coordinator always")
  func survivors() {
    for disaster in Self.many {
      var lost: Set<NodeName> = []
      for fault in disaster.faults {
        if case .crash(let node, returns: false) = fault.kind { lost.insert(node) }
      }
      #expect(lost.count <= Disaster.maximumLosses)
      #expect(!lost.contains(Disaster.coordinator))
    }
  }

  @Test("Among many disasters every kind of fault happens often")
  func kinds() {
    var counts: [String: Int] = [:]
    for fault in Self.many.flatMap(\.faults) { counts[fault.name, default: 0] += 1 }
    let names = [
      "coordinator crash", "crash and restart", "crash", "coordinator pause", "pause",
      "one-way partition", "partition", "loss", "duplication", "reordering",
      "store crash before a commit", "store crash after a commit",
    ]
    #expect(Set(counts.keys) == Set(names))
    for name in names { #expect(counts[name]! >= 100, "\(name)") }
    let skewed = Self.many.count { !$0.clocks.isEmpty }
    #expect((500...850).contains(skewed))
  }

  @Test("Clocks are wrong by at most ten per cent")
  func clocks() {
    for clock in Self.many.flatMap(\.clocks.values) {
      #expect((-100_000...100_000).contains(clock.drift_ppm))
    }
  }

  @Test("A fault is told in one sentence")
  func sentences() {
    let fault = Fault(
      kind: .partition(from: ["n1"], to: ["coordinator", "n2"], bothWays: false),
      start: .milliseconds(1_500), tickMessages: 7, end: .seconds(3))
    #expect(
      "\(fault)" == "1.500 to 3.000 s, from message 7 of a tick on: nothing gets from n1 to "
        + "coordinator, n2")
  }

  @Test("A way that two partitions cut is whole when both are over")
  func overlappingPartitions() {
    var ways = FaultyWays()
    let way = FaultyWays.Way(from: "n1", to: "n2")
    let back = FaultyWays.Way(from: "n2", to: "n1")
    #expect(ways.cut(["n1"], ["n2"], bothWays: false) == [.init(way: way, isCut: true)])
    #expect(ways.cut(["n1"], ["n2"], bothWays: true) == [.init(way: back, isCut: true)])
    #expect(ways.mend(["n1"], ["n2"], bothWays: false) == [])
    #expect(
      ways.mend(["n1"], ["n2"], bothWays: true) == [
        .init(way: way, isCut: false), .init(way: back, isCut: false),
      ])
  }
}
