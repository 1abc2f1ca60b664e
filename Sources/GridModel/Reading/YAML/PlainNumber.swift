/// Numbers as YAML 1.2 writes them in decimal; the text of a plain scalar.
enum PlainNumber {
  enum Reading: Equatable {
    case number(Double)
    /// `.inf`, `.nan` or too large for a number of 64 bits.
    case notFinite
    case notANumber
  }

  /// `[-+]? ( "." digits | digits ( "." digits? )? ) ( [eE] [-+]? digits )?`
  static func read(_ text: String) -> Reading {
    let body = text.drop { $0 == "+" || $0 == "-" }.lowercased()
    if text.utf8.count - body.utf8.count <= 1,
      [".inf", ".nan", "inf", "nan", "infinity"].contains(body)
    {
      return .notFinite
    }
    guard hasNumberForm(text), let value = Double(text) else { return .notANumber }
    return value.isFinite ? .number(value) : .notFinite
  }

  /// A whole number in decimal digits.
  static func readInteger(_ text: String) -> Int64? {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard text.utf8.count - digits.count <= 1, digits.allSatisfy(isDigit) else { return nil }
    return Int64(text)
  }

  private static func hasNumberForm(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func skipSign() {
      if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
        rest.removeFirst()
      }
    }
    func skipDigits() -> Int {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    skipSign()
    var digits = skipDigits()
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      digits += skipDigits()
    }
    guard digits > 0 else { return false }
    if let first = rest.first, first == UInt8(ascii: "e") || first == UInt8(ascii: "E") {
      rest.removeFirst()
      skipSign()
      guard skipDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
