/// Something that a reader found in a document: what, where, and what to do about it.
///
/// Prints as `ring.yaml:8:36: error: branch 'L1' ends at bus '9', which is not declared`, and one
/// line for each note.
public struct Finding: Sendable, Equatable {
  public enum Severity: String, Sendable, Codable { case error, warning }

  /// A further place or a hint that belongs to the finding.
  public struct Note: Sendable, Equatable {
    public var place: Place
    public var sentence: String
  }

  public var file: String
  /// Absent when the fault is the file itself.
  public var place: Place?
  public var severity: Severity
  public var sentence: String
  public var notes: [Note] = []
}

/// A line and a column, both from 1; columns count Unicode scalars.
public struct Place: Sendable, Hashable, Comparable {
  public var line: Int
  public var column: Int

  public init(_ line: Int, _ column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

extension Finding: CustomStringConvertible {
  public var description: String {
    let head = place.map { "\(file):\($0.line):\($0.column)" } ?? file
    let lines =
      ["\(head): \(severity.rawValue): \(sentence)"]
      + notes.map { "\(file):\($0.place.line):\($0.place.column): note: \($0.sentence)" }
    return lines.joined(separator: "\n")
  }
}

/// All faults of one document at once, and the warnings between them, ordered by line.
public struct DocumentFaults: Error, Sendable, Equatable {
  public let findings: [Finding]

  /// The findings that keep the document from being used.
  public var faults: [Finding] { findings.filter { $0.severity == .error } }
}

extension DocumentFaults: CustomStringConvertible {
  public var description: String {
    findings.map(\.description).joined(separator: "\n")
  }
}
