import GridModel

/// The document that a split prints: the network stays in its file, the segments are added.
struct SplitDocument {
  let name: String
  let network: String
  let segments: [SegmentPlan]
  /// Names of nodes; empty for no placement.
  let nodes: [String]

  /// Lines are no longer than this, where a name lets them.
  private static let width = 100

  var lines: [String] {
    var lines = [
      "apiVersion: busbar/v1", "kind: Topology",
      "metadata: {name: \(Self.scalar(name))}", "network: {import: \(Self.scalar(network))}",
      "segments:",
    ]
    for segment in segments {
      lines.append("  - id: \(Self.scalar(segment.id.text))")
      lines += Self.list("    buses:", segment.buses.map(\.text))
    }
    guard !nodes.isEmpty else { return lines }
    lines.append("placement:")
    for (position, node) in nodes.enumerated() {
      lines.append("  - node: \(Self.scalar(node))")
      lines += Self.list(
        "    segments:", SegmentSpread(nodes.count).part(position, of: segments).map(\.id.text))
    }
    return lines
  }

  private static func list(_ key: String, _ names: [String]) -> [String] {
    var lines: [String] = []
    var line = key + " ["
    for (position, name) in names.enumerated() {
      let word = scalar(name) + (position == names.count - 1 ? "]" : ",")
      if line.count + word.count > width, !line.allSatisfy({ $0 == " " }) {
        while line.last == " " { line.removeLast() }
        lines.append(line)
        line = String(repeating: " ", count: 6)
      }
      line += word + " "
    }
    while line.last == " " { line.removeLast() }
    return lines + [line]
  }

  /// A text as YAML reads it back, in quotes unless it is a plain word.
  static func scalar(_ text: String) -> String {
    func isWordByte(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    let isPlain =
      !text.isEmpty && text.utf8.first != UInt8(ascii: "-") && text.utf8.allSatisfy(isWordByte)
      && text.lowercased() != "null"
    return isPlain ? text : "'" + text.replacing("'", with: "''") + "'"
  }
}
