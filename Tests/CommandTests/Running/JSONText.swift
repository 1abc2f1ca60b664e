/// A JSON text taken apart without losing the order of its members.
struct JSONText {
  let text: Substring

  init(_ text: some StringProtocol) { self.text = Substring(text.trimming { $0.isWhitespace }) }

  /// The names of an object's members, as they are written.
  var keys: [String] { members.map(\.key) }

  subscript(_ key: String) -> JSONText {
    members.first { $0.key == key }?.value ?? JSONText("")
  }

  /// The elements of an array.
  var elements: [JSONText] { text.first == "[" ? parts.map { JSONText($0) } : [] }

  var number: Double? { Double(text) }

  var string: String? {
    text.count > 1 && text.first == "\"" ? String(text.dropFirst().dropLast()) : nil
  }

  private var members: [(key: String, value: JSONText)] {
    guard text.first == "{" else { return [] }
    return parts.compactMap { part in
      part.firstIndex(of: ":").map { colon in
        (JSONText(part[..<colon]).string ?? "", JSONText(part[part.index(after: colon)...]))
      }
    }
  }

  /// What stands between the commas of the outermost brackets.
  private var parts: [Substring] {
    let bytes = text.utf8
    var parts: [Substring] = []
    var (depth, isQuoted, isEscaped) = (0, false, false)
    var start = bytes.startIndex
    for index in bytes.indices {
      let byte = bytes[index]
      let next = bytes.index(after: index)
      if isEscaped { isEscaped = false; continue }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = isQuoted
      case UInt8(ascii: "\""): isQuoted.toggle()
      case _ where isQuoted: break
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        if depth == 1 { start = next }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0, start != index { parts.append(text[start..<index]) }
      case UInt8(ascii: ",") where depth == 1:
        parts.append(text[start..<index])
        start = next
      default: break
      }
    }
    return parts
  }
}

extension StringProtocol {
  fileprivate func trimming(_ isDropped: (Character) -> Bool) -> String {
    var rest = Substring(self)
    while let first = rest.first, isDropped(first) { rest.removeFirst() }
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return String(rest)
  }
}
