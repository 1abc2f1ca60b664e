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
      .map { " \(OneLine.text($0.0))=\(Self.value($0.1, of: $0.0))" }
    return "\(time) \(level) \(component) \(OneLine.text(Self.withoutSecret(message)))"
      + words.joined()
  }

  private static func value(_ value: String, of name: String) -> String {
    guard !secretWords.contains(where: name.lowercased().contains) else { return hidden }
    let text = OneLine.text(withoutSecret(value))
    guard text.isEmpty || text.contains(where: { " \"=".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\\\"") + "\""
  }

  private static func withoutSecret(_ text: String) -> String {
    text.contains(secretMark) ? hidden : text
  }
}
