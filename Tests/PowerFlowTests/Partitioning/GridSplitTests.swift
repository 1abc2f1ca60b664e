import GridModel
import Testing

@testable import PowerFlow

@Suite("A grid split into segments")
struct GridSplitTests {
  @Test("Any random grid has all its buses in that many segments", arguments: 1...24 as ClosedRange)
  func everyBusIsInOneSegment(seed: Int) throws {
    let grid = RandomGrid.make(seed: UInt64(seed))
    for count in 1...5 {
      guard let segments = try? GridSplit(grid).segments(count, seed: UInt64(seed)) else {
        #expect(grid.buses.count < 20, "Only few buses are too few.")
        continue
      }
      #expect(segments.count == count)
      #expect(segments.allSatisfy { !$0.buses.isEmpty })
      #expect(segments.flatMap(\.buses).sorted() == grid.buses.map(\.id).sorted())
      for device in grid.switches {
        guard case .between(let a, let b) = device.place else { continue }
        #expect(segments.contains { $0.buses.contains(a) && $0.buses.contains(b) })
      }
      // The joint solve takes it.
      var cut = grid
      cut.segments = segments
      #expect(Partition(cut).segments == segments.map(\.id))
    }
  }

  @Test(
    "A meshed grid has connected segments of about equal size",
    arguments: [2, 3, 7], 1...2 as ClosedRange)
  func segmentsOfAMeshAreBalanced(count: Int, seed: Int) throws {
    let grid = Topology.mesh(columns: 12, rows: 10)
    let segments = try GridSplit(grid).segments(count, seed: UInt64(seed))
    let mean = Double(grid.buses.count) / Double(count)
    for segment in segments {
      #expect(abs(Double(segment.buses.count) - mean) <= max(2, 0.05 * mean))
      #expect(grid.isConnected(segment.buses))
    }
  }

  @Test("A square mesh is cut nearly as well as by straight lines")
  func bordersAreSmall() throws {
    var grid = Topology.mesh(columns: 16, rows: 16)
    grid.segments = try GridSplit(grid).segments(4)
    // Two lines that cross cut 32 branches, and 31 or 32 buses cover them.
    #expect(Partition(grid).border.count <= 34)
  }

  @Test("The IEEE 118-bus case has fewer border buses than its document's cut")
  func borderOf118() throws {
    var grid = try Topology.inRepository("ieee118")
    let asWritten = Partition(grid).border.count
    grid.segments = try GridSplit(grid).segments(4)
    let border = Partition(grid).border.count
    #expect(border <= 10)
    #expect(border <= asWritten)
    #expect(grid.segments.allSatisfy { grid.isConnected($0.buses) })
  }

  @Test("A star gives its hub to one segment and its points to the others")
  func starIsSplit() throws {
    let grid = Topology.star(points: 12)
    let segments = try GridSplit(grid).segments(5)
    #expect(segments.map(\.buses.count).sorted() == [1, 1, 1, 1, 9])
    #expect(segments.allSatisfy { grid.isConnected($0.buses) })
  }

  @Test("Equal seeds give equal segments")
  func seedsDecide() throws {
    let grid = Topology.mesh(columns: 9, rows: 7)
    let first = try GridSplit(grid).segments(5, seed: 7)
    #expect(try GridSplit(grid).segments(5, seed: 7) == first)
  }

  @Test("Other seeds can give other segments")
  func otherSeeds() throws {
    let grid = Topology.mesh(columns: 9, rows: 7)
    let cuts = try (1...4).map { try GridSplit(grid).segments(5, seed: $0) }
    #expect(cuts.contains { $0 != cuts[0] })
  }

  @Test("More segments than buses are refused")
  func tooManySegments() throws {
    let grid = Topology.star(points: 3)
    #expect(try GridSplit(grid).segments(4).count == 4)
    #expect(throws: GridSplit.Refusal.tooMany(asked: 5, possible: 4)) {
      try GridSplit(grid).segments(5)
    }
  }

  @Test("Buses with a switch between them count as one")
  func fusedBusesCountOnce() throws {
    var grid = Topology.star(points: 3)
    grid.switches = [Switch(id: "S", place: .between("p1", "p2"))]
    #expect(throws: GridSplit.Refusal.tooMany(asked: 4, possible: 3)) {
      try GridSplit(grid).segments(4)
    }
  }

  @Test("The border covers every tie, by most ties first and then by number")
  func coverIsGreedy() {
    var cover = BorderCover(rowCount: 6)
    #expect(cover.choose([(0, 1), (2, 1), (1, 3), (4, 5)]) == [1, 4])
    #expect(cover.choose([(4, 5), (4, 5), (0, 1)]) == [4, 0])
    #expect(cover.choose([]) == [])
  }
}

extension Topology {
  /// A grid of buses, each joined to the next to the right and below.
  fileprivate static func mesh(columns: Int, rows: Int) -> Topology {
    var grid = Topology(name: "mesh")
    func name(_ column: Int, _ row: Int) -> Bus.ID { Bus.ID("\(column)-\(row)") }
    for row in 0..<rows {
      for column in 0..<columns {
        grid.buses.append(Bus(id: name(column, row), nominalVoltage_kV: 110))
        if column > 0 { grid.join(name(column - 1, row), name(column, row)) }
        if row > 0 { grid.join(name(column, row - 1), name(column, row)) }
      }
    }
    return grid
  }

  fileprivate static func star(points: Int) -> Topology {
    var grid = Topology(name: "star")
    grid.buses = [Bus(id: "hub", nominalVoltage_kV: 110)]
    for point in 1...points {
      let bus = Bus(id: Bus.ID("p\(point)"), nominalVoltage_kV: 110)
      grid.buses.append(bus)
      grid.join("hub", bus.id)
    }
    return grid
  }

  private mutating func join(_ from: Bus.ID, _ to: Bus.ID) {
    branches.append(
      Branch(id: Branch.ID("\(from.text)/\(to.text)"), from: from, to: to, r_pu: 0, x_pu: 0.1))
  }

  fileprivate func isConnected(_ buses: [Bus.ID]) -> Bool {
    let own = Set(buses)
    var links: [Bus.ID: [Bus.ID]] = [:]
    for branch in branches.map({ ($0.from, $0.to) }) + lines.map({ ($0.from, $0.to) })
      + transformers.map({ ($0.from, $0.to) })
    {
      links[branch.0, default: []].append(branch.1)
      links[branch.1, default: []].append(branch.0)
    }
    var reached: Set = [buses[0]]
    var path = [buses[0]]
    while let next = path.popLast() {
      for other in links[next] ?? [] where own.contains(other) {
        if reached.insert(other).inserted { path.append(other) }
      }
    }
    return reached == own
  }
}
