/// Texts as a compose file holds them.
enum ComposeText {
  /// A text in double quotes, which YAML reads back as it is and in which compose replaces nothing.
  static func quoted(_ text: String) -> String {
    JSON.string(text.replacing("$", with: "$$")).text
  }

  /// The same for a text in which compose puts in what the environment says.
  static func template(_ text: String) -> String { JSON.string(text).text }

  /// A word of a shell script inside a compose file.
  static func shellWord(_ text: String) -> String {
    ShellWord.quote(text).replacing("$", with: "$$")
  }
}
