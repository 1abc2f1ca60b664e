import GridModel
import PowerFlow
import WireCodec

/// A piece of an encoded slice: a big segment crosses in several messages, each well below what one
/// may hold.
struct SlicePart: Sendable, Equatable {
  var segment: SegmentPlan.ID
  /// Counted from 0.
  var index: Int
  var count: Int
  var bytes: [UInt8]

  /// A message may have 1 MiB; a quarter leaves room for others on the same connection.
  static let maximumSize = 256 << 10

  /// Cuts an encoded slice; there is always at least one part.
  static func cut(_ bytes: [UInt8], of segment: SegmentPlan.ID) -> [SlicePart] {
    let count = max(1, (bytes.count + maximumSize - 1) / maximumSize)
    return (0..<count).map { index in
      let part = bytes[index * maximumSize..<min(bytes.count, (index + 1) * maximumSize)]
      return SlicePart(segment: segment, index: index, count: count, bytes: Array(part))
    }
  }
}

extension SlicePart: WireCodable {
  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("segment", segment)
    writer.write("index", index)
    writer.write("count", count)
    writer.write("bytes", bytes)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    segment = try reader.read("segment", in: &fields)
    index = try reader.read("index", in: &fields)
    count = try reader.read("count", in: &fields)
    bytes = try reader.read("bytes", in: &fields)
    try reader.endMap(fields)
  }
}

/// Collects the parts of slices until each is whole.
struct SliceCollector: Sendable {
  private var collected: [SegmentPlan.ID: [SlicePart]] = [:]
  /// The last slice of each segment: a coordinator that starts again hands out the same ones.
  private var made: [SegmentPlan.ID: (bytes: [UInt8], slice: SegmentSlice)] = [:]

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
    let bytes = parts.count == 1 ? part.bytes : parts.flatMap(\.bytes)
    if let known = made[part.segment], known.bytes == bytes { return known.slice }
    do {
      let slice = try SegmentSlice(decoding: bytes)
      made[part.segment] = (bytes, slice)
      return slice
    } catch {
      throw .unreadable(part.segment, why: "\(error)")
    }
  }
}

/// Why the parts of a slice do not make one.
enum SliceError: Error, Equatable, Sendable, Codable, WireCodable {
  case outOfOrder(SegmentPlan.ID)
  case unreadable(SegmentPlan.ID, why: String)
}
