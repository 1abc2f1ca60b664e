import ActorCluster
import SeededRandom
import SimulatedCluster

/// What goes wrong in one run, all of it drawn from a seed.
///
/// Faults may overlap and hit the same node. All are over after `length`, except that some nodes stay
/// away; clocks run wrong for the whole run, as clocks do.
package struct Disaster: Sendable, Equatable {
  /// Times are counted from the first commit; after this one nothing goes wrong any more.
  package static let length = Duration.seconds(20)
  /// From the beginning of a tick to the next: often enough to be hit, seldom enough to be quick.
  package static let pace = Duration.seconds(6)
  /// A node stands still at most this long.
  package static let longestPause = Duration.seconds(10)
  /// Of eight nodes so many may crash for good.
  static let maximumLosses = 3
  /// More than the messages of a tick in which nothing goes wrong.
  static let messagesOfATick = 450

  package static let coordinator: NodeName = "coordinator"
  /// The nodes of the grid's placement.
  package static let nodes = (1...DisasterGrid.nodeCount).map { NodeName("n\($0)") }

  package let seed: UInt64
  /// In the order of their starts.
  package let faults: [Fault]
  /// Of every node whose clock is wrong.
  package let clocks: [NodeName: SimulatedClock]

  /// A run in which nothing goes wrong.
  package static let none = Disaster(seed: 0, faults: [])

  package init(seed: UInt64, faults: [Fault], clocks: [NodeName: SimulatedClock] = [:]) {
    self.seed = seed
    self.faults = faults
    self.clocks = clocks
  }

  /// Draws a disaster.
  package init(seed: UInt64) {
    // Not the generator of the run, which starts from the seed itself.
    var draw = DisasterDraw(seed: seed ^ 0xd15a_57e2_0000_0000)
    let count = draw.integer(1...6)
    let faults = (0..<count).map { _ in draw.fault() }
    self.init(
      seed: seed, faults: faults.sorted { $0.start < $1.start }, clocks: draw.clocks())
  }
}

/// Draws the parts of a disaster.
private struct DisasterDraw {
  private var generator: SeededGenerator
  private var lost: Set<NodeName> = []

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(integer(range))
  }

  private mutating func happens(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < share
  }

  private mutating func node() -> NodeName {
    Disaster.nodes[integer(0...Disaster.nodes.count - 1)]
  }

  private mutating func anyone() -> NodeName { happens(0.15) ? Disaster.coordinator : node() }

  /// One to all but one of everybody, and the rest.
  private mutating func sides() -> (some: [NodeName], rest: [NodeName]) {
    var everybody = [Disaster.coordinator] + Disaster.nodes
    everybody.shuffle(using: &generator)
    let count = happens(0.5) ? 1 : integer(1...everybody.count - 1)
    return (everybody.prefix(count).sorted(), everybody.dropFirst(count).sorted())
  }

  mutating func fault() -> Fault {
    let start = milliseconds(0...15_000)
    let longest = Disaster.length - start
    var length = min(longest, milliseconds(200...8_000))
    let kind: Fault.Kind
    switch integer(0...99) {
    case 0..<20:
      let node = node()
      let isForGood = happens(0.3) && (lost.contains(node) || lost.count < Disaster.maximumLosses)
      if isForGood { lost.insert(node) }
      kind = .crash(node, returns: !isForGood)
    case 20..<32: kind = .crash(Disaster.coordinator, returns: true)
    case 32..<50:
      length = min(longest, milliseconds(100...10_000))
      kind = .pause(anyone())
    case 50..<62:
      let (some, rest) = sides()
      kind =
        happens(0.5)
        ? .partition(from: some, to: rest, bothWays: false)
        : .partition(from: rest, to: some, bothWays: false)
    case 62..<70:
      let (some, rest) = sides()
      kind = .partition(from: some, to: rest, bothWays: true)
    case 70..<78: kind = .badLinks(sides().some, LinkQuality(loss: share(upTo: 30)))
    case 78..<84:
      kind = .badLinks(
        sides().some,
        LinkQuality(duplication: share(upTo: 30), lateness: milliseconds(0...2_000)))
    case 84..<90:
      kind = .badLinks(
        sides().some, LinkQuality(reordering: share(upTo: 50), lateness: milliseconds(1...1_500)))
    case 90..<95: kind = .storeCrash(.beforeCommit)
    default: kind = .storeCrash(.afterCommit)
    }
    var tickMessages: Int?
    switch kind {
    case .crash, .pause, .partition:
      if happens(0.5) {
        tickMessages = integer(0...Disaster.messagesOfATick)
        // So that there is a tick to wait for.
        length = min(longest, max(length, Disaster.pace))
      }
    case .storeCrash: length = min(longest, max(length, Disaster.pace + .seconds(1)))
    case .badLinks: break
    }
    return Fault(kind: kind, start: start, tickMessages: tickMessages, end: start + length)
  }

  private mutating func share(upTo percent: Int) -> Double { Double(integer(1...percent)) / 100 }

  /// In every third disaster the clocks of all are wrong, by up to a day and ten per cent.
  mutating func clocks() -> [NodeName: SimulatedClock] {
    guard happens(1.0 / 3) else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: ([Disaster.coordinator] + Disaster.nodes).map { node in
        let clock = SimulatedClock(
          offset: milliseconds(0...86_400_000), drift_ppm: Int64(integer(-100_000...100_000)))
        return (node, clock)
      })
  }
}
