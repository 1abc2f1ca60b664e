/// The words of the text format: names, labels and values as they may be written.
enum PrometheusText {
  /// A name with every other character than `[a-zA-Z0-9_:]` replaced.
  static func name(_ name: String) -> String { word(name, colons: true) }

  /// Labels without their braces, `a="1",b="2"`; empty for none.
  static func labels(_ labels: Measure.Labels) -> String {
    labels.map { "\(word($0.0, colons: false))=\"\(value($0.1))\"" }.joined(separator: ",")
  }

  /// One line with its end.
  static func sample(_ name: String, _ labels: String, _ value: String) -> String {
    labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  /// A number as Go's `ParseFloat` reads it.
  static func number(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(number)"
  }

  /// A help text on one line.
  static func help(_ text: String) -> String { escape(text, quotes: false) }

  private static func value(_ text: String) -> String { escape(text, quotes: true) }

  /// By scalars: a carriage return and a line feed are one `Character` and two of the format's.
  private static func escape(_ text: String, quotes: Bool) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: escaped.append(contentsOf: "\\\"".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  private static func word(_ text: String, colons: Bool) -> String {
    var word = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", "_": scalar
          case ":" where colons: scalar
          default: "_"
          }
        }))
    if word.unicodeScalars.first.map({ ("0"..."9").contains($0) }) ?? true { word = "_" + word }
    return word
  }
}
