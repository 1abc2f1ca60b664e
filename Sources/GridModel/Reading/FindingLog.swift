/// Collects what a reader finds in one document, in any order.
package final class FindingLog {
  /// People mend the first faults and read again; a broken export would print one for each row.
  static let maximumFindings = 1_000
  /// Each suggestion compares a name with all names of its kind.
  static let maximumSuggestions = 100

  package let file: String
  package private(set) var hasFaults = false
  /// Readers stop when more would be left out; the rest of a hostile file is not worth the time.
  var isFull: Bool { findings.count >= Self.maximumFindings }
  private var findings: [Finding] = []
  /// Of files that this document takes in, as their own readers told them.
  private var foreign: [Finding] = []
  private var leftOut = 0
  private var suggestions = 0

  package init(file: String) { self.file = file }

  package func fault(at place: Place?, _ sentence: String, notes: [Finding.Note] = []) {
    hasFaults = true
    add(place, .error, sentence, notes)
  }

  package func warn(at place: Place?, _ sentence: String, notes: [Finding.Note] = []) {
    add(place, .warning, sentence, notes)
  }

  /// Takes over what was found in another file.
  func include(_ findings: [Finding]) {
    if findings.contains(where: { $0.severity == .error }) { hasFaults = true }
    foreign += findings
  }

  /// Reports a name that is not among the known ones, with the closest of them.
  package func unknown(
    _ name: String, at place: Place, among known: some Sequence<String>, _ sentence: String
  ) {
    var notes: [Finding.Note] = []
    if suggestions < Self.maximumSuggestions {
      suggestions += 1
      if let hint = ClosestNames.hint(for: name, among: known) {
        notes = [Finding.Note(place: place, sentence: hint)]
      }
    }
    fault(at: place, sentence, notes: notes)
  }

  /// The warnings of a document without faults.
  ///
  /// - Throws: all faults and warnings, if there is a fault.
  package func conclude() throws(DocumentFaults) -> [Finding] {
    var ordered = findings.enumerated().sorted { a, b in
      let (first, second) = (a.element.place ?? Place(0, 0), b.element.place ?? Place(0, 0))
      return first == second ? a.offset < b.offset : first < second
    }.map(\.element)
    if leftOut > 0 {
      ordered.append(
        Finding(
          file: file, place: nil, severity: hasFaults ? .error : .warning,
          sentence: "\(leftOut) more findings are left out; mend the first ones and read again"))
    }
    ordered = foreign + ordered
    guard !hasFaults else { throw DocumentFaults(findings: ordered) }
    return ordered
  }

  private func add(
    _ place: Place?, _ severity: Finding.Severity, _ sentence: String, _ notes: [Finding.Note]
  ) {
    guard !isFull else {
      leftOut += 1
      return
    }
    findings.append(
      Finding(file: file, place: place, severity: severity, sentence: sentence, notes: notes))
  }
}
