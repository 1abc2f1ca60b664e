import GridModel
import Quantities
import SparseAlgebra

@testable import PowerFlow

/// A joint power flow in one process, without actors: what a coordinator and its segments do.
final class JointSolve {
  let partition: Partition
  let slices: [SegmentSlice]
  let networks: [Network]
  let structures: [NetworkStructure]
  let plan: BorderPlan
  let border: BorderSystem
  let solvers: [SegmentSolver]
  private let points: [OperatingPoint]
  private(set) var roundTrips = 0

  struct Outcome {
    var verdict: BorderSystem.Verdict
    /// Of every energised bus.
    var voltages: [Bus.ID: Complex]
    var roundTrips: Int
  }

  /// - Parameter topology: with its segments.
  init(_ topology: Topology, options: NewtonOptions = .init()) throws {
    partition = Partition(topology.withStartVoltages(), topologyVersion: 3)
    let slices = partition.segments.map(partition.slice)
    let networks = slices.map { Network($0) }
    let points = slices.map { OperatingPoint(asWrittenIn: $0.topology) }
    let injections = zip(points, networks).map { Injections($0, on: $1) }
    let starts = networks.map { StartVoltages.make(for: $0) }
    let structures = slices.indices.map { position in
      NetworkStructure(
        of: networks[position], border: slices[position].border, start: starts[position],
        injections: injections[position])
    }
    let plan = BorderPlan(joining: structures, topologyVersion: 3, roleVersion: 2)
    border = try BorderSystem(
      plan, segments: partition.segments, touched: slices.map(\.border),
      base: PowerBase(power_MVA: topology.power_MVA), options: options)
    solvers = try slices.indices.map { position in
      let view = plan.view(
        of: position, touching: slices[position].border, structure: structures[position])
      return try SegmentSolver(
        slice: slices[position], network: networks[position], view: view,
        injections: injections[position], start: starts[position])
    }
    self.slices = slices
    self.networks = networks
    self.points = points
    self.structures = structures
    self.plan = plan
  }

  /// The blocks of the first round.
  func begin(era: Int64 = 1, tick: Int64 = 0) -> [BorderBlock] {
    roundTrips = 1
    let stamp = border.begin(era: era, tick: tick)
    return solvers.map { $0.block(stamp) }
  }

  func solve() throws -> Outcome {
    var blocks = begin()
    while true {
      let verdict = try border.judge(blocks)
      guard case .step(let steps) = verdict else {
        return Outcome(verdict: verdict, voltages: voltages, roundTrips: roundTrips)
      }
      blocks = zip(solvers, steps).map { $0.advance($1) }
      roundTrips += 1
    }
  }

  var voltages: [Bus.ID: Complex] {
    var voltages: [Bus.ID: Complex] = [:]
    for solver in solvers {
      for (bus, row) in zip(solver.network.topology.buses, solver.network.rowOfOwnBus)
      where solver.rows.islandOfRow[row] != nil {
        voltages[bus.id] = solver.voltages.phasor(row)
      }
    }
    return voltages
  }

  /// What each segment reports, ties that its neighbours count included.
  func reports() -> [FlowReport] {
    solvers.indices.map { position in
      let solver = solvers[position]
      var tiePower: [Network.Row: Complex] = [:]
      for (other, slice) in slices.enumerated() where other != position {
        for tie in slice.ties
        where tie.isStampedHere && tie.neighbour == partition.segments[position] {
          let there = solvers[other]
          let branch = there.network.branches.first { $0.reference == tie.element }!
          let from = branch.isFromClosed ? branch.fromRow : nil
          let to = branch.isToClosed ? branch.toRow : nil
          let power = branch.port.power(
            from: from.map(there.voltages.phasor) ?? .zero,
            to: to.map(there.voltages.phasor) ?? .zero)
          let ownBus = tie.ownEnd == .from ? branch.to : branch.from
          tiePower[solver.network.row(of: ownBus)!, default: .zero] +=
            tie.ownEnd == .from ? power.to : power.from
        }
      }
      return FlowReporter(
        solver.network, point: points[position], voltages: solver.voltages, rows: solver.rows
      ).report(tiePower: tiePower)
    }
  }
}

/// The same grid in one process, from the same start.
struct WholeSolve {
  var solution: PowerFlowSolution
  var voltages: [Bus.ID: Complex] = [:]

  init(_ topology: Topology, options: NewtonOptions = .init()) throws(PowerFlowError) {
    let topology = topology.withStartVoltages()
    let network = Network(topology)
    let injections = Injections(OperatingPoint(asWrittenIn: topology), on: network)
    solution = try PowerFlowSolver(network, injections: injections, options: options)
      .solve(from: StartVoltages.make(for: network))
    for (bus, row) in zip(topology.buses, network.rowOfOwnBus)
    where solution.rows.islandOfRow[row] != nil {
      voltages[bus.id] = solution.voltages.phasor(row)
    }
  }
}
