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

  /// HEADERS of a `GET`, complete but for the end of the stream.
  static func headers(_ stream: UInt32, endsStream: Bool) -> [UInt8] {
    frame(
      type: 1, flags: endsStream ? 5 : 4, stream: stream,
      [0x82, 0x86, 0x84, 0x01, 1, UInt8(ascii: "x")])
  }

  /// HEADERS in which an entry of the compression's table, of 3900 bytes, is named again and again.
  static func headerBomb(entries: Int) -> [UInt8] {
    // The first time it is written out; its length is 127 and the rest.
    let rest = 3900 - 127
    var list: [UInt8] = [0x82, 0x86, 0x84, 0x01, 1, UInt8(ascii: "x")]
    list += [0x40, 1, UInt8(ascii: "a"), 0x7f, 0x80 | UInt8(rest & 127), UInt8(rest >> 7)]
    list += Array(repeating: UInt8(ascii: "b"), count: 3900)
    list += Array(repeating: UInt8(0x80 | 62), count: entries - 1)
    return frame(type: 1, flags: 5, stream: 1, list)
  }

  static func data(_ stream: UInt32, _ bytes: [UInt8], endsStream: Bool = false) -> [UInt8] {
    frame(type: 0, flags: endsStream ? 1 : 0, stream: stream, bytes)
  }

  /// DATA that is nothing but the length of its padding and the padding.
  static func padding(_ stream: UInt32) -> [UInt8] {
    frame(type: 0, flags: 8, stream: stream, [0])
  }

  static let goAway = frame(type: 7, flags: 0, stream: 0, Array(repeating: 0, count: 8))

  static func priority(_ stream: UInt32, dependsOn other: UInt8) -> [UInt8] {
    frame(type: 2, flags: 0, stream: stream, [0, 0, 0, other, 15])
  }

  static func reset(_ stream: UInt32) -> [UInt8] {
    frame(type: 3, flags: 0, stream: stream, [0, 0, 0, 8])
  }

  /// HEADERS of a whole `GET` with a field that no request may have.
  static func faultyHeaders(_ stream: UInt32) -> [UInt8] {
    frame(
      type: 1, flags: 5, stream: stream,
      [0x82, 0x86, 0x84, 0x01, 1, UInt8(ascii: "x"), 0, 1, UInt8(ascii: "X"), 1, UInt8(ascii: "y")])
  }

  static func window(_ stream: UInt32) -> [UInt8] {
    frame(type: 8, flags: 0, stream: stream, [0, 0, 0, 1])
  }

  private static func frame(
    type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]
  ) -> [UInt8] {
    let count = payload.count
    var bytes = [0, UInt8(count >> 8), UInt8(count & 255), type, flags]
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: stream >> shift))
    }
    return bytes + payload
  }
}
