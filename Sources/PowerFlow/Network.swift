import GridModel
import Quantities
import SparseAlgebra

/// The electrical network of a topology, or of one segment's slice of it: rows joined by two-ports.
///
/// Buses that closed switches fuse share a row; a branch element with an open switch keeps only
/// its energised end. Everything is in per unit. A network is made once for a topology version and
/// does not change.
package struct Network: Sendable {
  /// A position in the arrays of a solve on this network.
  package typealias Row = Int

  /// A branch element in service, ready to be stamped.
  package struct BranchModel: Sendable {
    package let reference: ElementReference
    package let from: Bus.ID
    package let to: Bus.ID
    /// `nil` when the end's row is not part of this network: the far end of a tie that the
    /// neighbour stamps.
    package let fromRow: Row?
    package let toRow: Row?
    package let isFromClosed: Bool
    package let isToClosed: Bool
    package let port: TwoPort
    /// Currents that load each end by 100 %, in kA; `nil` without a rating or a known voltage.
    package let ratedCurrentFrom_kA: Double?
    package let ratedCurrentTo_kA: Double?
    package let fromVoltage_kV: Double
    package let toVoltage_kV: Double
    /// Whether this network counts the element in its matrix; a tie is counted by one side only.
    package let isStamped: Bool
  }

  package let base: PowerBase
  package let topology: Topology
  package let rowCount: Int
  /// Rows of this topology's own buses come first; rows of foreign border buses follow.
  package let ownRowCount: Int
  /// The bus that stands for each row: the first of those it fuses.
  package let busOfRow: [Bus]
  /// The row of every own bus, in the document's order.
  package let rowOfOwnBus: [Row]
  package let branches: [BranchModel]
  /// The admittance to ground of each row's shunts.
  package let shunts: [Complex]
  package let admittance: AdmittanceMatrix

  private let rowOfBus: [Bus.ID: Row]

  /// Compiles a whole topology.
  package init(_ topology: Topology) {
    self.init(topology, representatives: [:], foreignRows: [], stampedElsewhere: [])
  }

  /// Compiles a slice.
  ///
  /// - Parameters:
  ///   - representatives: for each foreign bus, the bus that stands for its row with its owner.
  ///   - foreignRows: the foreign border rows that this slice stamps a tie onto, ascending.
  ///   - stampedElsewhere: ties that the neighbour stamps.
  package init(
    _ topology: Topology, representatives: [Bus.ID: Bus.ID], foreignRows: [Bus.ID],
    stampedElsewhere: Set<ElementReference>
  ) {
    let base = PowerBase(power_MVA: topology.power_MVA)
    let fusion = topology.fusedBuses()
    var rowOfBus: [Bus.ID: Row] = [:]
    var busOfRow: [Bus] = []
    for bus in topology.buses {
      let first = fusion.representative(of: bus.id)!
      if first == bus.id {
        rowOfBus[bus.id] = busOfRow.count
        busOfRow.append(bus)
      } else {
        rowOfBus[bus.id] = rowOfBus[first]
      }
    }
    let ownRowCount = busOfRow.count
    let foreign = Dictionary(uniqueKeysWithValues: topology.foreignBuses.map { ($0.id, $0) })
    for (offset, id) in foreignRows.enumerated() {
      guard let bus = foreign[id] else { preconditionFailure("A slice brings its border buses.") }
      rowOfBus[id] = ownRowCount + offset
      busOfRow.append(bus)
    }
    for (bus, representative) in representatives { rowOfBus[bus] = rowOfBus[representative] }

    let branches = BranchCompiler(
      topology: topology, base: base, rowOfBus: rowOfBus, foreign: foreign,
      stampedElsewhere: stampedElsewhere
    ).branches()

    var shunts = [Complex](repeating: .zero, count: busOfRow.count)
    for shunt in topology.shunts where shunt.inService {
      guard let row = rowOfBus[shunt.bus] else { continue }
      shunts[row] += Complex(base.perUnit(power: shunt.g_MW), base.perUnit(power: shunt.b_Mvar))
    }
    self.base = base
    self.topology = topology
    self.rowCount = busOfRow.count
    self.ownRowCount = ownRowCount
    self.busOfRow = busOfRow
    self.rowOfBus = rowOfBus
    rowOfOwnBus = topology.buses.map { rowOfBus[$0.id]! }
    self.branches = branches
    self.shunts = shunts
    admittance = AdmittanceMatrix(
      rowCount: busOfRow.count, branches: branches.filter(\.isStamped), shunts: shunts)
  }

  /// The row of a bus, `nil` if the bus is unknown here.
  package func row(of bus: Bus.ID) -> Row? { rowOfBus[bus] }

  /// The number of the component that each row belongs to: rows that stamped branches, closed at
  /// both ends, connect, numbered by their first row. `nil` for a row whose bus is out of service.
  package func componentOfRow() -> [Int?] {
    var sets = DisjointSets(count: rowCount)
    for branch in branches where branch.isStamped && branch.isFromClosed && branch.isToClosed {
      guard let from = branch.fromRow, let to = branch.toRow else { continue }
      sets.join(from, to)
    }
    var numbers = [Int?](repeating: nil, count: rowCount)
    var next = 0
    for row in 0..<rowCount where busOfRow[row].inService {
      let root = sets.root(of: row)
      if root == row {
        numbers[row] = next
        next += 1
      } else {
        numbers[row] = numbers[root]
      }
    }
    return numbers
  }
}
