/// Gives nodes names that a compose file and a network take, each another one.
struct ComposeNames {
  /// Longer ones would make names of containers that are no names of hosts.
  private static let maximumLength = 40

  private var taken: Set<String>

  init(taken: Set<String>) { self.taken = taken }

  /// Lower-case letters, digits and dashes: `Süd 2` becomes `s-d-2`, and a second one of the same name
  /// gets a number.
  mutating func name(for node: String) -> String {
    var name = ""
    for byte in node.utf8.prefix(Self.maximumLength) {
      let letter = Character(Unicode.Scalar(byte)).lowercased()
      if byte < 0x80, letter.allSatisfy({ $0.isLetter || $0.isNumber }) {
        name += letter
      } else if name.last != "-", !name.isEmpty {
        name += "-"
      }
    }
    while name.last == "-" { name.removeLast() }
    // What begins with a digit could be read as a number.
    if name.first.map({ $0.isNumber }) ?? true { name = name.isEmpty ? "node" : "node-\(name)" }
    var unique = name
    var count = 1
    while !taken.insert(unique).inserted {
      count += 1
      unique = "\(name)-\(count)"
    }
    return unique
  }
}
