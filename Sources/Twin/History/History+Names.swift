import GridModel
import PowerFlow

extension History {
  /// The segment that a bus belongs to.
  package func segment(ofBus bus: Bus.ID) throws(HistoryNameError) -> SegmentPlan.ID {
    for part in ordered where part.slice.topology.buses.contains(where: { $0.id == bus }) {
      return part.slice.segment
    }
    throw .unknown(
      "bus", bus.text, among: ordered.flatMap { $0.slice.topology.buses.map(\.id.text) })
  }

  /// A segment by its id as a person wrote it.
  package func segment(named name: String) throws(HistoryNameError) -> SegmentPlan.ID {
    guard let part = ordered.first(where: { $0.slice.segment.text == name }) else {
      throw .unknown("segment", name, among: ordered.map(\.slice.segment.text))
    }
    return part.slice.segment
  }

  /// A branch element by its reference, `line:6-7`, or by its id alone where that is plain, and the
  /// segment that counts it.
  package func branch(
    named name: String
  ) throws(HistoryNameError) -> (element: ElementReference, segment: SegmentPlan.ID) {
    let all = ordered.flatMap { part in
      part.branches.map { (element: $0, segment: part.slice.segment) }
    }
    if let exact = all.first(where: { "\($0.element)" == name }) { return exact }
    let sameID = all.filter { $0.element.id == name }
    if sameID.count > 1 { throw .ambiguous(name, sameID.map(\.element).sorted()) }
    if let only = sameID.first { return only }
    let isReference = name.contains(":")
    throw .unknown(
      "branch", name, among: all.map { isReference ? "\($0.element)" : $0.element.id })
  }
}

extension SegmentPart {
  /// The branch elements that this segment counts, out of service or not.
  fileprivate var branches: [ElementReference] {
    let elsewhere = Set(slice.ties.filter { !$0.isStampedHere }.map(\.element))
    let topology = slice.topology
    let all =
      topology.lines.map(\.reference) + topology.branches.map(\.reference)
      + topology.transformers.map(\.reference)
    return all.filter { !elsewhere.contains($0) }
  }
}

/// A name that stands for nothing in the store, or for several things.
package enum HistoryNameError: Error, Equatable, Sendable {
  case unknown(kind: String, name: String, hint: String?)
  case ambiguous(String, [ElementReference])

  fileprivate static func unknown(
    _ kind: String, _ name: String, among known: [String]
  ) -> HistoryNameError {
    .unknown(
      kind: kind, name: name, hint: ClosestNames.hint(for: name, among: Set(known).sorted()))
  }
}

extension HistoryNameError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let kind, let name, let hint):
      "the store has no \(kind) '\(name)'"
        + (hint.map { "; \($0)" } ?? "; names are those of the "
          + "topology that the twin was started with")
    case .ambiguous(let name, let elements):
      "'\(name)' is the id of several branches; write "
        + elements.map { "\($0)" }.joined(separator: " or ")
    }
  }
}
