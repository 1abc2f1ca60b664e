import Yams

/// A YAML text, composed into nodes that know their lines and columns.
package enum YAMLDocument {
  /// A grid of ten thousand buses takes about 4 MiB; anything larger belongs in a `.m` file.
  static let maximumSize_MiB = 64

  /// The root of the document, or `nil` after its faults are in the log.
  ///
  /// - Parameter kind: what the document is, for a message: `a topology`.
  package static func compose(
    _ text: String, as kind: String = "a topology", log: FindingLog
  ) -> Node? {
    guard text.utf8.count <= maximumSize_MiB << 20 else {
      log.fault(at: nil, tooLarge(bytes: text.utf8.count))
      return nil
    }
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    var scout = YAMLScout(text, log: log)
    guard scout.look() else { return nil }
    do {
      if let root = try Yams.compose(yaml: text, .basic), !root.isNull { return root }
      log.fault(
        at: Place(1, 1), "the file is empty; \(kind) begins with 'apiVersion: busbar/v1'")
    } catch let error as YamlError {
      report(error, log: log)
    } catch {
      log.fault(at: nil, "the YAML cannot be read: \(error)")
    }
    return nil
  }

  static func tooLarge(bytes: Int) -> String {
    "the file has \(bytes >> 20) MiB; a YAML document may have \(maximumSize_MiB) MiB, "
      + "a bigger network belongs in a MATPOWER .m file"
  }

  private static func report(_ error: YamlError, log: FindingLog) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let notes = context.map {
        [Finding.Note(place: Place($0.mark.line, $0.mark.column), sentence: $0.text)]
      }
      log.fault(
        at: Place(max(1, mark.line), max(1, mark.column)), "this is not YAML: \(problem)",
        notes: notes ?? [])
    case .duplicatedKeysInMapping(let names, let context):
      let shown = names.map { "'\(Shown.text($0))'" }.joined(separator: ", ")
      log.fault(
        at: Place(max(1, context.mark.line), max(1, context.mark.column)),
        "a key is written twice in one mapping: \(shown)")
    case .reader(let problem, let offset, _, let yaml):
      log.fault(at: place(of: offset, in: yaml), "this is not YAML: \(problem)")
    default:
      log.fault(at: nil, "the YAML cannot be read: \(error)")
    }
  }

  private static func place(of offset: Int?, in yaml: String) -> Place? {
    guard let offset else { return nil }
    let before = yaml.prefix(offset)
    let line = before.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
    let tail = before.lastIndex(where: \.isNewline).map { before[before.index(after: $0)...] }
    return Place(line, (tail ?? before[...]).unicodeScalars.count + 1)
  }
}
