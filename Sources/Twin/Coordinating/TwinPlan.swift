import ActorCluster
import DCOptimalFlow
import GridModel
import PowerFlow
import Quantities
import TwinStore
import WireCodec

/// What a coordinator needs to start a twin: slices to hand out, and where each would like to run.
///
/// It is used up when the twin forms; the coordinator keeps none of the slices.
package struct TwinPlan: Sendable {
  package let name: String
  package let time: TwinTime
  package let base: PowerBase
  /// Who finds the set-points; `nil` in a topology without prices.
  package let algorithm: BalancingPlan.Algorithm?
  /// One for each segment, by id, ascending.
  package let slices: [SegmentSlice]
  package let borderRowCount: Int
  /// The nodes to wait for, in the order of the document.
  package let nodes: [NodeName]
  /// For each slice, the node that hosts it.
  package let hosts: [NodeName]
  /// Every slice as it crosses the wire: written once, read at each start of a coordinator.
  private let encoded: Encoded

  /// Every slice as it crosses the wire, and a hash of them all.
  private typealias Encoded = Result<(slices: [StoredSlice], hash: UInt64), CBORError>

  /// Plans a topology that has segments. A segment that no placement names gets a node of its own
  /// name.
  package init(_ topology: Topology) throws(TwinFailure) {
    guard !topology.segments.isEmpty else { throw .noSegments(topology: topology.name) }
    if let balancing = topology.balancing, balancing.algorithm != .schedule {
      do { _ = try DCGrid(topology, definition: .matpower) } catch {
        throw .cannotBalance("\(error)")
      }
    }
    let partition = Partition(topology.withStartVoltages())
    var nodeOfSegment: [SegmentPlan.ID: NodeName] = [:]
    var nodes: [NodeName] = []
    for placement in topology.placement {
      let node = NodeName(placement.node)
      if !nodes.contains(node), !placement.segments.isEmpty { nodes.append(node) }
      for segment in placement.segments { nodeOfSegment[segment] = node }
    }
    for segment in topology.segments where nodeOfSegment[segment.id] == nil {
      let node = NodeName(segment.id.text)
      if !nodes.contains(node) { nodes.append(node) }
      nodeOfSegment[segment.id] = node
    }
    guard !nodes.contains(Coordinator.nodeName) else { throw .reservedNode(Coordinator.nodeName) }
    name = topology.name
    time = topology.time
    algorithm = topology.balancing?.algorithm
    base = PowerBase(power_MVA: topology.power_MVA)
    slices = partition.slices()
    borderRowCount = partition.border.count
    self.nodes = nodes
    hosts = partition.segments.map { nodeOfSegment[$0]! }
    encoded = Self.encode(slices)
    for slice in slices where slice.border.count > Self.maximumBorderRows {
      throw .borderTooWide(slice.segment, rows: slice.border.count, limit: Self.maximumBorderRows)
    }
  }

  /// A segment's block has the square of twice this many numbers of 8 bytes, and with its head it
  /// must fit into a message of 1 MiB.
  static let maximumBorderRows = 175

  /// Every slice as it crosses the wire and as the store keeps it.
  func encodedSlices() throws(CBORError) -> [StoredSlice] { try encoded.get().slices }

  private static func encode(_ slices: [SegmentSlice]) -> Encoded {
    do throws(CBORError) {
      var encoded: [StoredSlice] = []
      var hash = StableHash()
      for slice in slices {
        let bytes = try slice.encoded()
        hash.combine(slice.segment.text)
        hash.combine(bytes)
        encoded.append(StoredSlice(segment: slice.segment.text, bytes: bytes))
      }
      return .success((slices: encoded, hash: hash.value))
    } catch {
      return .failure(error)
    }
  }

  /// Whose store it needs: slices carry everything that states depend on.
  func label() throws(CBORError) -> StoreLabel {
    StoreLabel(
      twin: name, topologyHash: try encoded.get().hash, stateSchema: SegmentState.schema)
  }

  /// The segments that a node hosts, by id.
  package func segments(on node: NodeName) -> [String] {
    zip(slices, hosts).filter { $0.1 == node }.map { $0.0.segment.text }
  }
}
