/// The lines of a text, to tell where an offset into its bytes stands.
///
/// Answers cost the same wherever the offset is, also in a line of many megabytes.
struct SourceText {
  /// Bytes between two counts of what begins no column.
  private static let stride = 64

  let bytes: [UInt8]
  private let lineStarts: [Int]
  /// How many bytes before each multiple of `stride` continue a character.
  private let continuations: [Int32]

  init(_ text: String) {
    bytes = Array(text.utf8)
    var starts = [0]
    var counts: [Int32] = []
    counts.reserveCapacity(bytes.count / Self.stride + 1)
    var count: Int32 = 0
    for (index, byte) in bytes.enumerated() {
      if index % Self.stride == 0 { counts.append(count) }
      if Self.isContinuation(byte) { count += 1 }
      let isReturn = byte == UInt8(ascii: "\r")
      let isPaired = isReturn && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
      if byte == UInt8(ascii: "\n") || isReturn && !isPaired { starts.append(index + 1) }
    }
    counts.append(count)
    lineStarts = starts
    continuations = counts
  }

  func place(_ offset: Int) -> Place {
    let offset = min(offset, bytes.count)
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let start = lineStarts[low]
    let continued = continuations(before: offset) - continuations(before: start)
    return Place(low + 1, offset - start - continued + 1)
  }

  private func continuations(before offset: Int) -> Int {
    let block = offset / Self.stride
    let rest = bytes[block * Self.stride..<offset]
    return rest.reduce(Int(continuations[block])) { Self.isContinuation($1) ? $0 + 1 : $0 }
  }

  /// Bytes that continue a character begin no column.
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
