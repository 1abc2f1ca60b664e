/// Where texts end, and what single characters mean.
extension YAMLScout {
  /// Moves to the end of a plain text on this line: a key's colon, a comment, in brackets also
  /// what separates items.
  mutating func skipPlain() {
    isPlainOpen = true
    while !isLineEnd {
      let byte = bytes[at]
      if byte == UInt8(ascii: ":") {
        if isBlank(at + 1) { return }
        if !flows.isEmpty, at + 1 < bytes.count, isFlowIndicator(bytes[at + 1]) { return }
      } else if byte == UInt8(ascii: "#"), isSpace(at - 1) {
        return
      } else if !flows.isEmpty, isFlowIndicator(byte) {
        isPlainOpen = false
        return
      }
      at += 1
    }
  }

  /// Moves past a text that `|` or `>` announces: all lines indented deeper than what holds it.
  mutating func skipBlockText() {
    at += 1
    while !isLineEnd, !isSpace(at) {
      let byte = bytes[at]
      if byte != UInt8(ascii: "-"), byte != UInt8(ascii: "+") {
        fault(at, "write the '|' or '>' without a number or a word behind it")
        break
      }
      at += 1
    }
    skipToLineEnd()
    var textColumn: Int?
    while at < bytes.count {
      var next = at
      // Past this line's end, then past the next one's spaces.
      if bytes[next] == UInt8(ascii: "\r"), next + 1 < bytes.count,
        bytes[next + 1] == UInt8(ascii: "\n")
      {
        next += 1
      }
      next += 1
      let start = next
      while next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
      let isEmpty =
        next >= bytes.count || bytes[next] == UInt8(ascii: "\n")
        || bytes[next] == UInt8(ascii: "\r")
      let column = next - start
      if !isEmpty {
        guard column >= textColumn ?? ((blocks.last?.column ?? -1) + 1), column > 0 else { return }
        textColumn = textColumn ?? column
      }
      endLine()
      skipToLineEnd()
    }
  }

  func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

  var isLineEnd: Bool {
    at >= bytes.count || bytes[at] == UInt8(ascii: "\n") || bytes[at] == UInt8(ascii: "\r")
  }

  func isSpace(_ index: Int) -> Bool {
    index >= 0 && index < bytes.count
      && (bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t"))
  }

  /// Whether a space, a line end or the end of the text is here.
  func isBlank(_ index: Int) -> Bool {
    index >= bytes.count || bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r")
      || isSpace(index)
  }

  func isFlowIndicator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      true
    default: false
    }
  }

  mutating func skipSpaces() {
    while isSpace(at) { at += 1 }
  }

  mutating func skipToLineEnd() {
    while !isLineEnd { at += 1 }
  }
}
