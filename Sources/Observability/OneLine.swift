/// Texts of others, as a line of a log or a terminal may hold them.
public enum OneLine {
  /// The text without what would let whoever wrote it write lines of their own, or on the terminal: control
  /// characters, and those that turn the direction of what follows.
  ///
  /// - Parameter limit: so many characters are kept, and dots stand for the others.
  public static func text(_ text: String, limit: Int = .max) -> String {
    var line = ""
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      guard count <= limit else { return line + "…" }
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
        line += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      case "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
        line += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
