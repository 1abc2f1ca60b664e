/// Names that a person may have meant.
package enum ClosestNames {
  /// Names further away than this many edits are no help.
  static let maximumDistance = 3
  /// Longer texts are not mistyped names.
  static let maximumLength = 64

  /// `closest are 'a' and 'b'`, or nothing when no name is near.
  package static func hint(for name: String, among known: some Sequence<String>) -> String? {
    let found = closest(to: name, among: known).map { "'\($0)'" }
    switch found.count {
    case 0: return nil
    case 1: return "closest is \(found[0])"
    default:
      let head = found.dropLast().joined(separator: ", ")
      return "closest are \(head) and \(found[found.count - 1])"
    }
  }

  /// Up to three names, the closest first, equals by name.
  static func closest(to name: String, among known: some Sequence<String>) -> [String] {
    let limit = min(maximumDistance, max(1, name.count / 2))
    guard name.count <= maximumLength else { return [] }
    let target = Array(name.lowercased().unicodeScalars)
    var found: [(distance: Int, name: String)] = []
    for candidate in known where candidate != name {
      let letters = Array(candidate.lowercased().unicodeScalars)
      guard abs(letters.count - target.count) <= limit else { continue }
      let distance = editDistance(target, letters)
      if distance <= limit { found.append((distance, candidate)) }
    }
    found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return found.prefix(3).map(\.name)
  }

  /// The fewest insertions, deletions, replacements and swaps of neighbours that turn one text into
  /// the other.
  ///
  /// Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors",
  /// 1964; the form in which no part is edited twice.
  static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for row in 1...a.count {
      var current = [row] + [Int](repeating: 0, count: b.count)
      for column in 1...b.count {
        let replaced = last[column - 1] + (a[row - 1] == b[column - 1] ? 0 : 1)
        current[column] = min(replaced, last[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
          current[column] = min(current[column], beforeLast[column - 2] + 1)
        }
      }
      (beforeLast, last) = (last, current)
    }
    return last[b.count]
  }
}
