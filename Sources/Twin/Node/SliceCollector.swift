import GridModel
import PowerFlow
import WireCodec

/// Collects the parts of slices until each is whole.
struct SliceCollector: Sendable {
  private var collected: [SegmentPlan.ID: [SlicePart]] = [:]
  private let shelf: SliceShelf

  init(_ shelf: SliceShelf = SliceShelf()) { self.shelf = shelf }

  /// Takes the next part. The first one of a segment starts anew, so an interrupted hand-over can be
  /// repeated; a part that comes twice counts once.
  ///
  /// - Returns: the slice, once it is whole.
  mutating func take(_ part: SlicePart) throws(SliceError) -> SegmentSlice? {
    var parts = collected[part.segment] ?? []
    if part.index < parts.count, parts[part.index] == part { return nil }
    if part.index == 0 { parts = [] }
    guard part.index == parts.count, part.index < part.count,
      parts.allSatisfy({ $0.count == part.count })
    else {
      collected[part.segment] = nil
      throw .outOfOrder(part.segment)
    }
    parts.append(part)
    guard parts.count == part.count else {
      collected[part.segment] = parts
      return nil
    }
    collected[part.segment] = nil
    return try shelf.slice(
      of: part.segment, from: parts.count == 1 ? part.bytes : parts.flatMap(\.bytes))
  }
}

/// Why the parts of a slice do not make one.
enum SliceError: Error, Equatable, Sendable, Codable, WireCodable {
  case outOfOrder(SegmentPlan.ID)
  case unreadable(SegmentPlan.ID, why: String)
}
