import GridModel
import Testing

/// One change to a small document that makes it faulty, and one that does not.
struct FaultRow: CustomTestStringConvertible, Sendable {
  /// A part of the document, to be replaced.
  var part: String
  var faulty: String
  /// The first line of the only fault, without the file's name.
  var finding: String
  var accepted: String

  init(_ part: String, _ faulty: String, _ finding: String, accepted: String) {
    self.part = part
    self.faulty = faulty
    self.finding = finding
    self.accepted = accepted
  }

  var testDescription: String { finding }
}

@Suite("A fault in a topology document")
struct TopologyFaultTests {
  @Test("is told with its place, and its neighbour is accepted", arguments: FaultRow.all)
  func isTold(_ row: FaultRow) throws {
    #expect(Sample.small.contains(row.part))
    let faulty = Sample.small.replacing(row.part, with: row.faulty, maxReplacements: 1)
    let faults = Sample.faults(faulty, "g.yaml")
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first == "g.yaml:" + row.finding)
    let accepted = Sample.small.replacing(row.part, with: row.accepted, maxReplacements: 1)
    #expect(throws: Never.self) { try Topology.read(accepted, named: "g.yaml") }
  }
}
