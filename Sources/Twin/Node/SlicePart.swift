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
