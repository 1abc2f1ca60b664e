/// Finds the frames in bytes that come in pieces of any size.
///
/// It holds no more than one unfinished frame and the last piece.
struct StreamFrameReader {
  /// The largest payload that is read on.
  private let limit: Int
  private var bytes: [UInt8] = []
  /// Where the next frame begins.
  private var start = 0

  init(limit: Int = StreamFrame.payloadBytes) { self.limit = limit }

  mutating func append(_ piece: [UInt8]) {
    if start == bytes.count {
      bytes = piece
    } else {
      bytes.removeFirst(start)
      bytes += piece
    }
    start = 0
  }

  /// The next frame, or nil until more bytes came.
  ///
  /// - Throws: what is wrong with it, as soon as its first bytes tell; nothing after it can be read.
  mutating func next() throws(StreamFault) -> StreamFrame? {
    guard bytes.count - start >= StreamFrame.headBytes else { return nil }
    let count = Int(number(UInt32.self, at: start))
    guard count <= limit else { throw .tooLong(count) }
    guard let kind = StreamFrame.Kind(rawValue: bytes[start + 4]) else {
      throw .unknownKind(bytes[start + 4])
    }
    let payload = start + StreamFrame.headBytes
    guard bytes.count - payload >= count else { return nil }
    defer { start = payload + count }
    switch (kind, count) {
    case (.item, StreamFrame.itemHeadBytes...):
      return .item(
        StreamItem(
          number: try signed(at: payload), age_ms: number(UInt32.self, at: payload + 8),
          payload: bytes[payload + StreamFrame.itemHeadBytes..<payload + count]))
    case (.credit, 4): return .credit(number(UInt32.self, at: payload))
    case (.gap, 8): return .gap(try signed(at: payload))
    case (.quiet, 0): return .quiet
    default: throw .misshapen
    }
  }

  private func signed(at offset: Int) throws(StreamFault) -> Int64 {
    guard let number = Int64(exactly: number(UInt64.self, at: offset)) else { throw .misshapen }
    return number
  }

  private func number<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number {
    bytes.withUnsafeBytes {
      Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }
}
