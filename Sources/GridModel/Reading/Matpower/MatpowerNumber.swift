/// Numbers as a case file writes them.
enum MatpowerNumber {
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Reads a signed decimal number, `Inf` or `NaN`; `nil` for anything else.
  ///
  /// A number of up to 15 digits with a power of ten up to 22 is exact in one operation; others go
  /// the long way.
  static func read(_ bytes: ArraySlice<UInt8>) -> Double? {
    var rest = bytes
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest.removeFirst()
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var decimals = 0
    var seenPoint = false
    var index = rest.startIndex
    while index < rest.endIndex {
      let byte = rest[index]
      if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        if digits < 18 { mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0")) }
        digits += 1
        if seenPoint { decimals += 1 }
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return word(rest).map { isNegative ? -$0 : $0 } }
    if index == rest.endIndex, digits <= 15, decimals <= 22 {
      let value = Double(mantissa) / powersOfTen[decimals]
      return isNegative ? -value : value
    }
    return readSlowly(bytes)
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard bytes.count == 3 else { return nil }
    switch String(decoding: bytes, as: UTF8.self).lowercased() {
    case "inf": return .infinity
    case "nan": return .nan
    default: return nil
    }
  }

  private static func readSlowly(_ bytes: ArraySlice<UInt8>) -> Double? {
    let text = String(decoding: bytes, as: UTF8.self)
    switch PlainNumber.read(text) {
    case .number(let value): return value
    case .notFinite: return text.hasPrefix("-") ? -.infinity : .infinity
    case .notANumber: return nil
    }
  }
}
