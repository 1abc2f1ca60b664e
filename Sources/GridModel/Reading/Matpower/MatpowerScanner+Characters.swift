/// Words, spaces, comments and continued lines.
extension MatpowerScanner {
  func peek(_ ahead: Int = 0) -> UInt8? {
    at + ahead < bytes.count ? bytes[at + ahead] : nil
  }

  mutating func readWord() -> String? {
    let start = at
    while let byte = peek(), isWordByte(byte) { at += 1 }
    return at == start ? nil : String(decoding: bytes[start..<at], as: UTF8.self)
  }

  func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  mutating func skipSpaces() {
    while let byte = peek() {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        at += 1
      } else if !skipContinuation() {
        return
      }
    }
  }

  /// Moves past everything that separates statements.
  mutating func skipBlanks() {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
        UInt8(ascii: ";"), UInt8(ascii: ","):
        at += 1
      case UInt8(ascii: "%"):
        if !skipBlockComment() { skipLine() }
      default: return
      }
    }
  }

  /// The new line with nothing but spaces between it and the offset.
  func newLine(before offset: Int) -> Int? {
    guard !structName.isEmpty else { return nil }
    let index = bytes[..<offset].lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    guard let index, bytes[index] == UInt8(ascii: "\n") else { return nil }
    return index
  }

  mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { at += 1 }
  }

  /// `%{` and `%}`, each alone on its line.
  mutating func skipBlockComment() -> Bool {
    guard peek(1) == UInt8(ascii: "{"), isRestOfLineBlank(from: at + 2) else { return false }
    while at < bytes.count {
      skipLine()
      while let byte = peek(), byte <= UInt8(ascii: " ") { at += 1 }
      if peek() == UInt8(ascii: "%"), peek(1) == UInt8(ascii: "}"), isRestOfLineBlank(from: at + 2)
      {
        at += 2
        return true
      }
    }
    return true
  }

  func isRestOfLineBlank(from start: Int) -> Bool {
    for byte in bytes[min(start, bytes.count)...] {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return true }
      if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { return false }
    }
    return true
  }

  var isContinuation: Bool {
    peek() == UInt8(ascii: ".") && peek(1) == UInt8(ascii: ".") && peek(2) == UInt8(ascii: ".")
  }

  /// `...` and the rest of its line.
  mutating func skipContinuation() -> Bool {
    guard isContinuation else { return false }
    skipLine()
    if peek() == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") { at += 1 }
    if at < bytes.count { at += 1 }
    return true
  }

  mutating func isAtEndOfStatement() -> Bool {
    skipSpaces()
    guard let byte = peek() else { return true }
    return [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
      .contains(byte) || byte == UInt8(ascii: "%")
  }
}
