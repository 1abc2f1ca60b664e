/// Looks over a YAML text before the parser sees it.
///
/// The parser recurses into every level and copies what an alias repeats, so a small hostile file
/// could take all memory or the stack. The scout follows the parser's own rules for indentation,
/// quotes and plain texts, and refuses deep nesting, anchors, aliases, tags and complex keys; none
/// of them has a use in a topology. It also names what people get wrong most, tabs and keys written
/// twice, at every place at once.
///
/// One pass, no recursion.
struct YAMLScout {
  /// A topology needs six levels.
  static let maximumDepth = 64
  /// Every text of a document takes some 250 bytes once it is parsed, so this is about 1 GB; a
  /// topology of two hundred thousand elements has as many.
  static let maximumTokens = 4_000_000

  private let source: SourceText
  let bytes: [UInt8]
  var at = 0
  /// Where the line at hand begins.
  var lineStart = 0
  /// The open block mappings and lists, by the column where each begins.
  var blocks: [YAMLBlock] = []
  /// The open brackets and braces.
  var flows: [YAMLBlock] = []
  /// The last line ended within a plain text, which the next may continue.
  var isPlainOpen = false
  let log: FindingLog
  private var isTooMuch = false
  private var tokens = 0
  private var hasFault = false

  /// A collection that is open: its column, and the keys that it has so far.
  struct YAMLBlock {
    var column: Int
    var isMapping: Bool
    var keys: [String: Place] = [:]

    /// Notes a key, and says where it is written already.
    mutating func note(_ key: String, at place: Place) -> Place? {
      guard isMapping else { return nil }
      if let first = keys[key] { return first }
      keys[key] = place
      return nil
    }
  }

  init(_ text: String, log: FindingLog) {
    source = SourceText(text)
    bytes = source.bytes
    self.log = log
  }

  /// Whether the text may go to the parser.
  mutating func look() -> Bool {
    guard checkCharacters() else { return false }
    while at < bytes.count, !isTooMuch, !log.isFull {
      if flows.isEmpty { beginLine() } else { skipSpaces() }
      scanLine()
      endLine()
    }
    return !hasFault
  }

  // MARK: Lines

  /// Refuses what is no text, and line ends that people do not see.
  private mutating func checkCharacters() -> Bool {
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      case 0..<0x20, 0x7F:
        log.fault(at: source.place(index), "a character that is no text")
        return false
      case 0xC2 where has(index, 0xC2, 0x85), 0xE2 where has(index, 0xE2, 0x80, 0xA8),
        0xE2 where has(index, 0xE2, 0x80, 0xA9):
        log.fault(at: source.place(index), "a line end that is not plain")
        return false
      default: break
      }
    }
    return true
  }

  private func has(_ index: Int, _ expected: UInt8...) -> Bool {
    bytes[index...].starts(with: expected)
  }

  /// At the first character of a line outside brackets.
  private mutating func beginLine() {
    while peek() == UInt8(ascii: " ") { at += 1 }
    if peek() == UInt8(ascii: "\t") {
      fault(at, "a tab; YAML wants spaces")
      skipSpaces()
    }
    guard !isLineEnd, peek() != UInt8(ascii: "#") else { return }
    let column = at - lineStart
    if column == 0, isDocumentMark {
      blocks = []
      isPlainOpen = false
      at += 3
      return
    }
    if isPlainOpen {
      if column > blocks.last?.column ?? -1 {
        skipPlain()
        return
      }
      isPlainOpen = false
    }
    while let last = blocks.last, last.column > column { blocks.removeLast() }
    if column == 0, peek() == UInt8(ascii: "%") { fault(at, "a directive; leave it out") }
  }

  /// `---` or `...` alone.
  private var isDocumentMark: Bool {
    guard bytes.count - at >= 3 else { return false }
    let mark = bytes[at..<at + 3]
    guard mark.elementsEqual("---".utf8) || mark.elementsEqual("...".utf8) else { return false }
    return isBlank(at + 3)
  }

  /// Scans tokens up to the end of the line.
  private mutating func scanLine() {
    while !isTooMuch, !log.isFull {
      skipSpaces()
      guard !isLineEnd else { return }
      if peek() == UInt8(ascii: "#") {
        isPlainOpen = false
        skipToLineEnd()
        return
      }
      scanToken()
    }
  }

  /// Moves past the line's end.
  mutating func endLine() {
    guard at < bytes.count else { return }
    if bytes[at] == UInt8(ascii: "\r"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\n") {
      at += 1
    }
    at += 1
    lineStart = at
  }

  // MARK: Tokens

  private mutating func scanToken() {
    guard let byte = peek() else { return }
    tokens += 1
    if tokens > Self.maximumTokens {
      fault(at, "more than 4 million texts and signs; a bigger network belongs in a .m file")
      isTooMuch = true
    }
    if isPlainOpen, !flows.isEmpty, !isFlowIndicator(byte), byte != UInt8(ascii: ":") {
      skipPlain()
      return
    }
    isPlainOpen = false
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      flows.append(YAMLBlock(column: 0, isMapping: byte == UInt8(ascii: "{")))
      checkDepth()
      at += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      if !flows.isEmpty { flows.removeLast() }
      at += 1
      // A closed collection can be a key: only for texts is that of use.
      if flows.isEmpty, peek() == UInt8(ascii: ":") { fault(at, "a key is a plain word") }
    case UInt8(ascii: ",") where !flows.isEmpty: at += 1
    case UInt8(ascii: "-") where flows.isEmpty && isBlank(at + 1):
      openBlock(at: at - lineStart, isMapping: false)
      at += 1
    case UInt8(ascii: "?") where !flows.isEmpty || isBlank(at + 1):
      fault(at, "'? ' begins a complex key; a key is a plain word")
      at += 1
    case UInt8(ascii: ":") where !flows.isEmpty || isBlank(at + 1): at += 1
    case UInt8(ascii: "&"): refuseWord("an anchor; write the values out")
    case UInt8(ascii: "*"): refuseWord("an alias; write the values out")
    case UInt8(ascii: "!"): refuseWord("a tag; values are told apart by how they are written")
    case UInt8(ascii: "|") where flows.isEmpty, UInt8(ascii: ">") where flows.isEmpty:
      skipBlockText()
    case UInt8(ascii: "'"), UInt8(ascii: "\""): scanQuoted(byte)
    default: scanPlain()
    }
  }

  private mutating func refuseWord(_ sentence: String) {
    fault(at, sentence)
    while !isLineEnd, !isSpace(at), !isFlowIndicator(bytes[at]) { at += 1 }
  }

  private mutating func scanPlain() {
    let start = at
    skipPlain()
    var end = at
    while end > start, isSpace(end - 1) { end -= 1 }
    noteKey(bytes[start..<end], from: start)
  }

  private mutating func scanQuoted(_ quote: UInt8) {
    let (start, startOfLine) = (at, lineStart)
    at += 1
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        at += 1
        if isLineEnd { endLine() } else { at += 1 }
      } else if byte == quote {
        at += 1
        guard quote == UInt8(ascii: "'"), peek() == quote else { break }
        at += 1
      } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        endLine()
      } else {
        at += 1
      }
    }
    guard lineStart == startOfLine, at - start >= 2 else { return }
    let content = bytes[start + 1..<at - 1]
    skipSpaces()
    let isDecoded = content.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "'") }
    noteKey(isDecoded ? nil : content, from: start)
  }

  /// Opens the mapping that a key at the front of a line begins, and notes the key.
  private mutating func noteKey(_ key: ArraySlice<UInt8>?, from start: Int) {
    guard peek() == UInt8(ascii: ":"), !flows.isEmpty || isBlank(at + 1) else { return }
    isPlainOpen = false
    if flows.isEmpty {
      openBlock(at: start - lineStart, isMapping: true)
      blocks[blocks.count - 1].isMapping = true
    }
    at += 1
    guard let key else { return }
    let name = String(decoding: key, as: UTF8.self)
    let place = source.place(start)
    // Looked up in place: a copy of the keys would be copied again at every change.
    let first =
      flows.isEmpty
      ? blocks[blocks.count - 1].note(name, at: place)
      : flows[flows.count - 1].note(name, at: place)
    guard let first else { return }
    hasFault = true
    log.fault(
      at: place, "the key '\(Shown.text(name))' is written twice in one mapping",
      notes: [Finding.Note(place: first, sentence: "it is written here first")])
  }

  private mutating func openBlock(at column: Int, isMapping: Bool) {
    guard column > blocks.last?.column ?? -1 else { return }
    blocks.append(YAMLBlock(column: column, isMapping: isMapping))
    checkDepth()
  }

  private mutating func checkDepth() {
    guard flows.count + blocks.count > Self.maximumDepth else { return }
    fault(at, "more than \(Self.maximumDepth) levels of nesting; a topology has a few")
    isTooMuch = true
  }

  mutating func fault(_ offset: Int, _ sentence: String) {
    hasFault = true
    log.fault(at: source.place(offset), sentence)
  }
}
