import GridModel
import SeededRandom
import SparseAlgebra
import Testing

@testable import PowerFlow

@Suite("A partition")
struct BorderRuleTests {
  static let seeds: ClosedRange<UInt64> = 1...40

  private func cut(_ seed: UInt64) -> Topology {
    var random = SeededGenerator(seed: seed)
    return RandomGrid.make(seed: seed).cut(
      seed % 2 == 0 ? .connected : .scattered, into: Int.random(in: 2...6, using: &random),
      using: &random)
  }

  @Test("Its border covers every tie", arguments: seeds)
  func borderCoversEveryTie(seed: UInt64) {
    let topology = cut(seed)
    let partition = Partition(topology)
    let fusion = topology.fusedBuses()
    for tie in partition.ties {
      let ends = [tie.from, tie.to].map { fusion.representative(of: $0)! }
      #expect(ends.contains { partition.border.contains($0) })
      #expect(tie.fromOwner != tie.toOwner)
    }
    let tied = Set(
      partition.ties.flatMap { [$0.from, $0.to] }.map { fusion.representative(of: $0)! })
    #expect(Set(partition.border).isSubset(of: tied))
    #expect(partition.border == partition.border.sorted())
  }

  @Test(
    "Every element is stamped once, a tie by the owner of its end off the border", arguments: seeds)
  func everyElementIsStampedOnce(seed: UInt64) {
    let topology = cut(seed)
    let partition = Partition(topology)
    let fusion = topology.fusedBuses()
    var stamps: [ElementReference: [SegmentPlan.ID]] = [:]
    for segment in partition.segments {
      for branch in Network(partition.slice(segment)).branches where branch.isStamped {
        stamps[branch.reference, default: []].append(segment)
      }
    }
    let whole = Network(topology).branches.map(\.reference)
    #expect(Set(stamps.keys) == Set(whole))
    #expect(stamps.values.allSatisfy { $0.count == 1 })
    for tie in partition.ties {
      let isFromBorder = partition.border.contains(fusion.representative(of: tie.from)!)
      let isToBorder = partition.border.contains(fusion.representative(of: tie.to)!)
      let expected =
        switch (isFromBorder, isToBorder) {
        case (true, true): min(tie.fromOwner, tie.toOwner)
        case (true, false): tie.toOwner
        default: tie.fromOwner
        }
      #expect(stamps[tie.element] == [expected])
    }
  }

  @Test("The matrices of the segments sum to the matrix of the whole", arguments: seeds)
  func matricesSum(seed: UInt64) {
    let topology = cut(seed)
    let partition = Partition(topology)
    var rest = entries(of: Network(topology))
    for segment in partition.segments {
      for (place, value) in entries(of: Network(partition.slice(segment))) {
        rest[place, default: .zero] -= value
      }
    }
    #expect(rest.values.allSatisfy { $0.magnitude < 1e-9 })
  }

  private struct Place: Hashable {
    var row: Bus.ID
    var column: Bus.ID
  }

  private func entries(of network: Network) -> [Place: Complex] {
    let matrix = network.admittance
    var entries: [Place: Complex] = [:]
    for row in 0..<matrix.rowCount {
      for slot in matrix.rowStarts[row]..<matrix.rowStarts[row + 1] {
        let place = Place(
          row: network.busOfRow[row].id, column: network.busOfRow[matrix.columns[slot]].id)
        entries[place] = Complex(matrix.conductance[slot], matrix.susceptance[slot])
      }
    }
    return entries
  }

  @Test("A tie out of service is no tie")
  func outOfServiceIsNoTie() {
    var topology = Topology.make(buses: ["a", "b", "c"]).cut(["1": ["a"], "2": ["b", "c"]])
    topology.branches = [.make("1", "a", "b"), .make("2", "a", "c")]
    #expect(Partition(topology).ties.count == 2)
    topology.branches[1].inService = false
    let partition = Partition(topology)
    #expect(partition.ties.map(\.element) == [ElementReference(.branch, "1")])
    #expect(partition.slice("2").topology.branches.map(\.id) == ["1"])
    #expect(partition.slice("2").topology.foreignBuses.count <= 1)
  }

  @Test("Of equal covers the lower name is chosen, whatever the order of the document")
  func coverIsChosenByRule() {
    var topology = Topology.make(buses: ["d", "c", "b", "a"]).cut([
      "1": ["a", "c"], "2": ["b", "d"],
    ])
    topology.branches = [.make("1", "c", "d"), .make("2", "b", "a")]
    #expect(Partition(topology).border == ["a", "c"])
    topology.branches.append(.make("3", "b", "c"))
    #expect(Partition(topology).border == ["b", "c"])
    topology.branches.reverse()
    #expect(Partition(topology).border == ["b", "c"])
  }

  @Test("Sizes count unknowns: a held border bus has one, a reference none")
  func sizesCountUnknowns() throws {
    var topology = Topology.make(buses: ["a", "b", "c", "d"]).cut([
      "1": ["a", "b"], "2": ["c", "d"],
    ])
    topology.branches = [
      .make("1", "a", "b"), .make("2", "b", "c"), .make("3", "c", "d"), .make("4", "b", "d"),
    ]
    topology.sources = [.make("grid", at: "a")]
    #expect(Partition(topology).border == ["b"])
    #expect(try JointSolve(topology).border.unknownCount == 2)
    topology.generators = [.make("G", at: "b", p_MW: 5)]
    #expect(try JointSolve(topology).border.unknownCount == 1)
    topology.sources = [.make("grid", at: "b")]
    let joint = try JointSolve(topology)
    #expect(joint.border.unknownCount == 0)
    #expect(joint.begin().allSatisfy { $0.schur.isEmpty && $0.mismatch.isEmpty })
    guard case .solved = try joint.solve().verdict else {
      Issue.record("A border without unknowns is solved by its interiors.")
      return
    }
  }
}
