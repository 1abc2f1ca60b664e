/// HTTP/2 written by hand, as no library would send it.
enum RawFrame {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let emptySettings = frame(4, [])
  static let ping = frame(6, Array(repeating: 0, count: 8))
  /// SETTINGS that leave no window for any response.
  static let noWindow = frame(4, [0, 4, 0, 0, 0, 0])

  private static let endStream: UInt8 = 1
  private static let endHeaders: UInt8 = 4
  /// `:method GET`, `:scheme http`, `:path /` and `:authority x`.
  private static let get: [UInt8] = [0x82, 0x86, 0x84, 0x01, 1, UInt8(ascii: "x")]

  static func request(_ stream: UInt32) -> [UInt8] {
    frame(1, get, flags: endHeaders | endStream, stream: stream)
  }

  /// A `POST` whose body is still to come.
  static func openRequest(_ stream: UInt32) -> [UInt8] {
    frame(1, [0x83] + get[1...], flags: endHeaders, stream: stream)
  }

  /// A byte of its body.
  static func data(_ stream: UInt32) -> [UInt8] { frame(0, [1], stream: stream) }

  static func window(_ stream: UInt32) -> [UInt8] { frame(8, [0, 0, 0, 1], stream: stream) }

  /// A request with a field that no request may have.
  static func faultyRequest(_ stream: UInt32) -> [UInt8] {
    let field = [0, 1, UInt8(ascii: "X"), 1, UInt8(ascii: "y")]
    return frame(1, get + field, flags: endHeaders | endStream, stream: stream)
  }

  static let goAway = frame(7, Array(repeating: 0, count: 8))

  static func cancel(_ stream: UInt32) -> [UInt8] {
    frame(3, [0, 0, 0, 8], stream: stream)
  }

  /// The beginning of a header list that does not end.
  static func beginHeaders(_ stream: UInt32) -> [UInt8] {
    frame(1, get, flags: endStream, stream: stream)
  }

  /// One more field of it.
  static func continuation(_ stream: UInt32) -> [UInt8] {
    let field = [0x00, 1, UInt8(ascii: "a"), 100] + Array(repeating: UInt8(ascii: "b"), count: 100)
    return frame(9, field, stream: stream)
  }

  /// A header list in which one entry of the compression's table is named thousands of times.
  static func headerBomb(_ stream: UInt32) -> [UInt8] {
    // A literal that is kept: its name, and a value of 3900 bytes, written as 127 + 3773.
    let rest = 3900 - 127
    var list = get
    list += [0x40, 1, UInt8(ascii: "a"), 0x7f, 0x80 | UInt8(rest & 127), UInt8(rest >> 7)]
    list += Array(repeating: UInt8(ascii: "b"), count: 3900)
    // The entry again and again.
    list += Array(repeating: UInt8(0x80 | 62), count: 12_000)
    return frame(1, list, flags: endHeaders | endStream, stream: stream)
  }

  private static func frame(
    _ type: UInt8, _ payload: [UInt8], flags: UInt8 = 0, stream: UInt32 = 0
  ) -> [UInt8] {
    let count = payload.count
    var bytes = [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: stream >> shift))
    }
    return bytes + payload
  }
}
