/// One line of a log, as a value.
struct LogLine {
  var time: String
  var level: String
  var component: String
  var message: String
  var metadata: [(String, String)]

  /// Metadata under names that hold one of these words is never written.
  private static let secretWords = ["key", "token", "secret", "password", "authorization"]
  /// What a text with key material holds, in PEM.
  private static let secretMark = "PRIVATE KEY"
  private static let hidden = "(hidden)"

  /// The line without its end; by name within the metadata, and whatever was said in one line.
  var text: String {
    let words = metadata.sorted { $0.0 < $1.0 }
      .map { " \(Self.oneLine($0.0))=\(Self.value($0.1, of: $0.0))" }
    return "\(time) \(level) \(component) \(Self.oneLine(Self.withoutSecret(message)))"
      + words.joined()
  }

  private static func value(_ value: String, of name: String) -> String {
    guard !secretWords.contains(where: name.lowercased().contains) else { return hidden }
    let text = oneLine(withoutSecret(value))
    guard text.isEmpty || text.contains(where: { " \"=".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\\\"") + "\""
  }

  private static func withoutSecret(_ text: String) -> String {
    text.contains(secretMark) ? hidden : text
  }

  /// Control characters would let whoever is logged write lines of their own, or on the terminal.
  private static func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
        line += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
