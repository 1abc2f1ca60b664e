/// Takes a MATPOWER case file apart into plain assignments.
///
/// A case file is a MATLAB function, but only its tables are read: a statement that computes is
/// refused, because leaving it out would change the grid without a word (kilowatts read as
/// megawatts, ohms as per unit).
struct MatpowerScanner {
  /// The text's own bytes, held here because every character is looked at through them.
  let bytes: [UInt8]
  var at = 0
  /// The name of the struct that the function returns, mostly `mpc`.
  private(set) var structName = ""
  private var hasHeader = false
  private(set) var isOfVersion1 = false
  private(set) var file = MatpowerFile()
  let text: SourceText
  let log: FindingLog

  init(_ text: String, log: FindingLog) {
    self.text = SourceText(text)
    bytes = self.text.bytes
    self.log = log
  }

  /// Reads all statements; faults go to the log.
  mutating func scan() {
    skipBlanks()
    while at < bytes.count, !log.isFull {
      let start = at
      if !readStatement() { refuse(from: start) }
      skipBlanks()
    }
  }

  // MARK: Statements

  private mutating func readStatement() -> Bool {
    let start = at
    guard let word = readWord() else { return false }
    if word == "function", !hasHeader { return readHeader() }
    if word == "end" || word == "return" { return isAtEndOfStatement() }
    guard hasHeader, word == structName, peek() == UInt8(ascii: ".") else { return false }
    var names: [String] = []
    while peek() == UInt8(ascii: ".") {
      at += 1
      guard let name = readWord() else { return false }
      names.append(name)
    }
    skipSpaces()
    guard peek() == UInt8(ascii: "="), peek(1) != UInt8(ascii: "=") else { return false }
    at += 1
    skipSpaces()
    let valueStart = at
    let field = names.joined(separator: ".")
    guard let value = readValue(), isAtEndOfStatement() else {
      file.refused.insert(field)
      return false
    }
    if let first = file.fields[field] {
      fault(
        start, "'\(structName).\(field)' is given twice",
        notes: [Finding.Note(place: text.place(first.offset), sentence: "it is given here first")])
    } else {
      file.fields[field] = (valueStart, value)
    }
    return true
  }

  private mutating func readHeader() -> Bool {
    hasHeader = true
    skipSpaces()
    if peek() == UInt8(ascii: "[") {
      fault(
        at,
        "this case has MATPOWER's version 1, a list of tables; save it with version 2 of the format"
      )
      // Without the struct every further statement would be a fault of its own.
      isOfVersion1 = true
      at = bytes.count
      return true
    }
    guard let variable = readWord() else { return false }
    structName = variable
    skipSpaces()
    guard peek() == UInt8(ascii: "=") else { return false }
    at += 1
    skipSpaces()
    guard let name = readWord() else { return false }
    file.name = name
    if peek() == UInt8(ascii: "("), peek(1) == UInt8(ascii: ")") { at += 2 }
    return isAtEndOfStatement()
  }

  private mutating func refuse(from start: Int) {
    at = start
    // No more than a message shows: a line may have many megabytes.
    let line = bytes[start...].prefix(4 * Shown.maximumLength + 4)
      .prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let shown = Shown.text(String(decoding: line, as: UTF8.self))
    if hasHeader {
      fault(
        start, "'\(shown)' is a statement; only tables of plain numbers are read",
        notes: [
          Finding.Note(
            place: text.place(start),
            sentence: "run the case in MATPOWER and save its result with 'savecase'")
        ])
    } else {
      hasHeader = true
      structName = "mpc"
      fault(start, "a case file begins with 'function mpc = NAME', not with '\(shown)'")
    }
    at = start
    skipStatement()
  }

  /// Moves past the statement at hand, wherever its brackets and continuations end.
  private mutating func skipStatement() {
    var depth = 0
    let start = at
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "%"):
        skipLine()
        continue
      case UInt8(ascii: "."):
        if skipContinuation() { continue }
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"): depth = max(0, depth - 1)
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"):
        if depth == 0, at > start { return }
      default: break
      }
      at += 1
    }
  }

  // MARK: Values

  private mutating func readValue() -> MatpowerValue? {
    switch peek() {
    case UInt8(ascii: "["): return readTable().map { .table($0) }
    case UInt8(ascii: "{"): return readCells().map { .cells($0) }
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return readQuoted().map { .text($0) }
    default:
      let token = readToken()
      return MatpowerNumber.read(token).map { .number($0) }
    }
  }

  /// `[ 1 2, 3; 4 5 6 ]`, rows by `;` or a new line.
  private mutating func readTable() -> MatpowerTable? {
    var table = MatpowerTable(offset: at)
    at += 1
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "]"):
        at += 1
        table.endRow()
        return table
      case UInt8(ascii: ";"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        table.endRow()
        at += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","): at += 1
      case UInt8(ascii: "%"): skipLine()
      default:
        if skipContinuation() { continue }
        let start = at
        let token = readToken()
        if token.starts(with: structName.utf8), let lineEnd = newLine(before: start) {
          // The next statement: tell of the missing bracket alone, and go on from there.
          fault(table.offset, "this table has no end; a ']' is missing")
          at = lineEnd
          return table
        }
        if let value = MatpowerNumber.read(token) {
          table.append(value, at: start)
        } else {
          if token.isEmpty { at += 1 }
          if log.isFull { return nil }
          let shown = String(decoding: token.isEmpty ? bytes[start..<at] : token, as: UTF8.self)
          fault(start, "'\(Shown.text(shown))' is not a plain number")
          // Holds the column, so that the row is not also reported as short.
          table.append(0, at: start)
        }
      }
    }
    fault(table.offset, "this table has no end; a ']' is missing")
    return table
  }

  /// `{ 'a'; 'b' }`; anything but texts is passed over.
  private mutating func readCells() -> [String]? {
    let start = at
    var texts: [String] = []
    var depth = 0
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "%"):
        skipLine()
        continue
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        guard let text = readQuoted() else { return nil }
        texts.append(text)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      at += 1
      if depth == 0 { return texts }
    }
    fault(start, "this list has no end; a '}' is missing")
    return texts
  }

  /// A text in single or double quotes on one line; a doubled quote stands for one.
  private mutating func readQuoted() -> String? {
    guard let quote = peek() else { return nil }
    var content: [UInt8] = []
    var index = at + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
      if bytes[index] == quote {
        guard index + 1 < bytes.count, bytes[index + 1] == quote else {
          at = index + 1
          return String(decoding: content, as: UTF8.self)
        }
        index += 1
      }
      content.append(bytes[index])
      index += 1
    }
    return nil
  }

  private mutating func readToken() -> ArraySlice<UInt8> {
    let start = at
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
        UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "]"), UInt8(ascii: "%"):
        return bytes[start..<at]
      case UInt8(ascii: ".") where isContinuation: return bytes[start..<at]
      default: at += 1
      }
    }
    return bytes[start..<at]
  }

  private func fault(_ offset: Int, _ sentence: String, notes: [Finding.Note] = []) {
    log.fault(at: text.place(offset), sentence, notes: notes)
  }
}
