import GridModel
import PowerFlow
import Synchronization

/// Slices that were read, the last one of each segment: a coordinator that starts again hands out the
/// same ones. Nodes in one process may share a shelf, as those of a simulation do.
package final class SliceShelf: Sendable {
  /// A slice and what it was read from.
  private struct Reading {
    var bytes: [UInt8]
    var slice: SegmentSlice
  }

  private let readings = Mutex<[SegmentPlan.ID: Reading]>([:])

  package init() {}

  /// The slice that these bytes say, read unless it lies here.
  func slice(
    of segment: SegmentPlan.ID, from bytes: [UInt8]
  ) throws(SliceError) -> SegmentSlice {
    let last = readings.withLock { $0[segment] }
    if let last, last.bytes == bytes { return last.slice }
    do {
      let slice = try SegmentSlice(decoding: bytes)
      readings.withLock { $0[segment] = Reading(bytes: bytes, slice: slice) }
      return slice
    } catch {
      throw .unreadable(segment, why: "\(error)")
    }
  }
}
