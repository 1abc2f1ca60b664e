/// Percent-encoding (RFC 3986): what a place cannot hold is written as `%` and two digits.
package struct PercentEncoding: Sendable {
  /// Letters, digits and `-._~` stand for themselves: the only way to write a name in a URI.
  package static let uri = PercentEncoding(keeping: "")
  /// Also `:()` stand for themselves, so method names stay readable in paths and headers.
  package static let names = PercentEncoding(keeping: ":()")

  private let isPlain: [Bool]

  private init(keeping others: String) {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
      .union(others.utf8)
    isPlain = (UInt8.min...UInt8.max).map(plain.contains)
  }

  package func encode(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ isPlain[Int($0)] }) else { return text }
    var encoded = ""
    for byte in text.utf8 {
      if isPlain[Int(byte)] {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }

  /// The text, or nil when an escape is broken or the bytes are not UTF-8.
  package static func decode(_ text: some StringProtocol) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
  }
}
