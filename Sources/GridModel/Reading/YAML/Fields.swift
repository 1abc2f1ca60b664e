import Yams

/// One mapping of a document, read key by key.
///
/// Every key that is asked for is known; `finish` reports the rest, with the closest known key.
/// A value of the wrong form is reported where it stands and reads as absent, so that one run finds
/// all faults.
package final class Fields {
  /// Keys that later versions will read; nothing else may take these words.
  static let reservedKeys: Set<String> = [
    "phases", "connection", "r0_ohm_per_km", "x0_ohm_per_km", "c0_nF_per_km", "tapControl",
    "threeWindingTransformers", "evChargers", "heatPumps", "protection", "failuresPerYear",
    "repair_h",
  ]

  package let log: FindingLog
  /// Where the mapping begins.
  package let place: Place
  /// Who the values belong to, for messages: `line 'L1'`.
  package var owner: String
  /// The document itself: what stands right in it needs no owner in a message.
  let isRoot: Bool
  private var entries: [String: (keyPlace: Place, node: Node)] = [:]
  private var asked: Set<String> = []

  /// Reports anything that is not a mapping of plain keys; then all its values are absent.
  package init(
    _ node: Node, owner: String, place: Place? = nil, isRoot: Bool = false, log: FindingLog
  ) {
    self.log = log
    self.isRoot = isRoot
    self.place = node.place ?? place ?? Place(1, 1)
    self.owner = owner
    guard case .mapping(let mapping) = node else {
      if !node.isNull {
        log.fault(at: self.place, "\(owner) is \(node.form), not 'key: value' pairs")
      }
      return
    }
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        log.fault(at: key.place ?? self.place, "a key of \(owner) is \(key.form), not a word")
        continue
      }
      entries[scalar.string] = (key.place ?? self.place, value)
    }
  }

  /// Whether the document has a value for the key. Asking makes the key known.
  package func has(_ key: String) -> Bool { node(key) != nil }

  /// Where the value of a key stands, or the mapping's place without one.
  package func place(of key: String) -> Place {
    guard let entry = entries[key] else { return place }
    return entry.node.place ?? entry.keyPlace
  }

  /// Every key with its node, by place; for mappings whose keys are names.
  package func named() -> [(name: String, keyPlace: Place, node: Node)] {
    asked.formUnion(entries.keys)
    return entries.map { ($0.key, $0.value.keyPlace, $0.value.node) }
      .sorted { $0.keyPlace < $1.keyPlace }
  }

  /// The value as it stands; `nil` when it is absent or null.
  package func node(_ key: String) -> Node? {
    asked.insert(key)
    guard let node = entries[key]?.node, !node.isNull else { return nil }
    return node
  }

  /// The value exactly as written, where `null` and `~` are texts like others.
  func verbatim(_ key: String) -> Node? {
    asked.insert(key)
    guard let node = entries[key]?.node else { return nil }
    if case .scalar(let scalar) = node, scalar.string.isEmpty, scalar.style == .plain { return nil }
    return node
  }

  /// Reports a missing key.
  package func require(_ key: String) {
    log.fault(at: place, "\(owner) has no '\(key)'")
  }

  package func fault(_ key: String, _ sentence: String, notes: [Finding.Note] = []) {
    log.fault(
      at: place(of: key), isRoot ? sentence : "\(owner): \(sentence)", notes: notes)
  }

  /// Reports every key that nobody asked for.
  package func finish() {
    for (key, entry) in entries.sorted(by: { $0.value.keyPlace < $1.value.keyPlace })
    where !asked.contains(key) {
      if Self.reservedKeys.contains(key) {
        log.fault(
          at: entry.keyPlace, "\(owner): '\(key)' is reserved for a later version; leave it out")
      } else {
        log.unknown(key, at: entry.keyPlace, among: asked, "\(owner): unknown key '\(key)'")
      }
    }
  }
}

extension Node {
  package var place: Place? { mark.map { Place($0.line, $0.column) } }

  /// Whether this is a plain null: nothing, `null` or `~`.
  var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// What the node is, for a message.
  package var form: String {
    switch self {
    case .scalar(let scalar): "'\(Shown.text(scalar.string))'"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}

/// Text of a document as a message shows it.
package enum Shown {
  static let maximumLength = 60

  /// Cut to a readable length, with control characters taken out.
  package static func text(_ text: String) -> String {
    let printable = String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(maximumLength + 1).map {
          $0.properties.generalCategory == .control ? "\u{FFFD}" : $0
        }))
    return printable.unicodeScalars.count > maximumLength
      ? String(printable.unicodeScalars.prefix(maximumLength)) + "…" : printable
  }

  /// A number without a needless fraction: `3`, `0.5`.
  package static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }
}
