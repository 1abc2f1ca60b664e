/// Frames written by hand, for what a well-behaved library would not send.
enum Frame {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let emptySettings = frame(type: 4, flags: 0, stream: 0, [])
  static let ping = frame(type: 6, flags: 0, stream: 0, Array(repeating: 0, count: 8))

  /// SETTINGS with as many entries as asked for, all the same.
  static func settings(entries: Int) -> [UInt8] {
    let entry: [UInt8] = [0, 4, 0, 0, 255, 255]
    return frame(
      type: 4, flags: 0, stream: 0, Array(repeating: entry, count: entries).flatMap(\.self))
  }

  /// HEADERS that go on in CONTINUATION frames without end.
  static func endlessHeaders(continuations: Int) -> [UInt8] {
    let method: [UInt8] = [0x83]
    let more = frame(type: 9, flags: 0, stream: 1, [])
    return frame(type: 1, flags: 1, stream: 1, method)
      + Array(repeating: more, count: continuations).flatMap(\.self)
  }

  private static func frame(
    type: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8]
  ) -> [UInt8] {
    let count = payload.count
    return [0, UInt8(count >> 8), UInt8(count & 255), type, flags, 0, 0, 0, stream] + payload
  }
}
