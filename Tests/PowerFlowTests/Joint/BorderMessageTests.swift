import GridModel
import SeededRandom
import Testing
import WireCodec

@testable import PowerFlow

@Suite("What crosses the wire in a joint power flow")
struct BorderMessageTests {
  @Test("Every message survives the wire unchanged", arguments: 1...10 as ClosedRange<UInt64>)
  func everyMessageSurvives(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let topology =
      seed == 1
      ? try Topology.inRepository("cigre-mv")
      : RandomGrid.make(seed: seed).cut(.scattered, into: 3, using: &random)
    let joint = try JointSolve(topology)
    try joint.slices.forEach(expectSurvival)
    try joint.structures.forEach(expectSurvival)
    for (position, slice) in joint.slices.enumerated() {
      try expectSurvival(
        of: joint.plan.view(
          of: position, touching: slice.border, structure: joint.structures[position]))
    }
    let blocks = joint.begin()
    try blocks.forEach(expectSurvival)
    if case .step(let steps) = try joint.border.judge(blocks) { try steps.forEach(expectSurvival) }
  }

  @Test("A slice that crossed the wire makes the same blocks, bit for bit")
  func sliceFromTheWireIsAsGood() throws {
    let joint = try JointSolve(Topology.inRepository("cigre-mv"))
    let blocks = joint.begin()
    for (position, slice) in joint.slices.enumerated() {
      let received = try SegmentSlice(decoding: slice.encoded())
      let network = Network(received)
      let injections = Injections(OperatingPoint(asWrittenIn: received.topology), on: network)
      let start = StartVoltages.make(for: network)
      let structure = NetworkStructure(
        of: network, border: received.border, start: start, injections: injections)
      #expect(structure == joint.structures[position])
      let view = joint.plan.view(of: position, touching: received.border, structure: structure)
      let solver = try SegmentSolver(
        slice: received, network: network, view: view, injections: injections, start: start)
      #expect(solver.block(blocks[position].stamp) == blocks[position])
    }
  }

  @Test("A damaged message is refused")
  func damagedMessage() throws {
    let joint = try JointSolve(Topology.inRepository("cigre-mv"))
    let bytes = try joint.begin()[0].encoded()
    #expect(throws: CBORError.self) { _ = try BorderBlock(decoding: Array(bytes.dropLast())) }
    #expect(throws: CBORError.self) { _ = try BorderStep(decoding: bytes) }
  }

  /// Two segments of a chain that meet at one bus, with so many buses inside each.
  private func chain(_ interior: Int) -> Topology {
    let west = (0..<interior).map { Bus.ID("w\(1000 + $0)") }
    let east = (0..<interior).map { Bus.ID("e\(1000 + $0)") }
    let all = west + ["m"] + east
    var topology = Topology.make(buses: all)
    topology.sources = [.make("grid", at: all[0])]
    for (number, (a, b)) in zip(all, all.dropFirst()).enumerated() {
      topology.branches.append(.make(.init("\(number)"), a, b, r: 1e-5, x: 1e-4))
      topology.loads.append(.make(.init(b.text), at: b, 0.3, 0.1))
    }
    return topology.cut(["1": west + ["m"], "2": east])
  }

  @Test("A block is no larger when the interior grows tenfold")
  func blockSizeFollowsTheBorder() throws {
    let small = try JointSolve(chain(20))
    let large = try JointSolve(chain(200))
    #expect(large.networks[0].rowCount > 9 * small.networks[0].rowCount)
    let sizes = try [small, large].map { try $0.begin().map { try $0.encoded().count } }
    #expect(sizes[0] == sizes[1])
    // The slice, which crosses once, does grow.
    #expect(try large.slices[0].encoded().count > 5 * small.slices[0].encoded().count)
  }

  @Test("A block grows with the border")
  func blockGrowsWithTheBorder() throws {
    var topology = chain(20)
    let narrow = try JointSolve(topology).begin()[1].encoded().count
    topology.branches.append(.make("again", "w1005", "e1005"))
    let wide = try JointSolve(topology).begin()[1].encoded().count
    #expect(wide > narrow)
  }

  @Test(
    "A slice holds nothing that stands in another segment", arguments: 1...30 as ClosedRange<UInt64>
  )
  func sliceHoldsNothingForeign(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let topology = RandomGrid.make(seed: seed).cut(
      seed % 2 == 0 ? .connected : .scattered, into: 4, using: &random)
    let partition = Partition(topology)
    for segment in partition.segments {
      let slice = partition.slice(segment)
      let text = String(decoding: try slice.encoded(), as: UTF8.self)
      func isOwn(_ bus: Bus.ID) -> Bool { partition.owner(of: bus) == segment }
      let ties = partition.ties.filter { $0.fromOwner == segment || $0.toOwner == segment }
      let ends = Set(ties.flatMap { [$0.from, $0.to] } + slice.foreignBorder)
      for bus in topology.buses {
        #expect(
          text.contains(bus.id.text) == (isOwn(bus.id) || ends.contains(bus.id)), "bus \(bus.id)")
      }
      func expectOwn<A: Asset>(_ assets: [A]) {
        for asset in assets {
          #expect(text.contains(asset.id.text) == isOwn(asset.bus), "\(asset.reference)")
        }
      }
      expectOwn(topology.sources)
      expectOwn(topology.loads)
      expectOwn(topology.generators)
      expectOwn(topology.photovoltaics)
      expectOwn(topology.windTurbines)
      expectOwn(topology.batteries)
      expectOwn(topology.shunts)
      func expectTouching<B: BranchElement>(_ elements: [B]) {
        for element in elements where element.inService {
          #expect(
            text.contains(element.id.text) == (isOwn(element.from) || isOwn(element.to)),
            "\(element.reference)")
        }
      }
      expectTouching(topology.lines)
      expectTouching(topology.branches)
      expectTouching(topology.transformers)
    }
  }

  private func expectSurvival<Message: WireCodable & Equatable>(of message: Message) throws {
    let bytes = try message.encoded()
    let received = try Message(decoding: bytes)
    #expect(received == message)
    #expect(try received.encoded() == bytes)
  }
}
