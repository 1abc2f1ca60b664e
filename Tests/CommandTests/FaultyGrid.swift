import Testing

/// One change to a small sound grid, and what the command must say of it.
struct FaultyGrid: CustomTestStringConvertible, Sendable {
  var name: String
  var text: String
  /// The faults in their order, without the file's name.
  var faults: [String]

  var testDescription: String { name }

  /// Three buses in a row and two segments.
  static let sound = """
    apiVersion: busbar/v1
    kind: Topology
    buses:
      - {id: a, nominalVoltage_kV: 20}
      - {id: b, nominalVoltage_kV: 20}
      - {id: c, nominalVoltage_kV: 20}
    sources: [{id: grid, bus: a}]
    lines:
      - {id: a-b, from: a, to: b, length_km: 2, r_ohm_per_km: 0.5, x_ohm_per_km: 0.3}
      - {id: b-c, from: b, to: c, length_km: 3, r_ohm_per_km: 0.4, x_ohm_per_km: 0.2}
    loads: [{id: L, bus: c, p_MW: 1, q_Mvar: 0.2}]
    segments:
      - {id: left, buses: [a, b]}
      - {id: right, buses: [c]}

    """

  private init(_ name: String, _ changes: [(part: String, new: String)], says faults: String...) {
    self.name = name
    self.faults = faults
    text = changes.reduce(Self.sound) { text, change in
      precondition(text.contains(change.part), "The change changes something.")
      return text.replacing(change.part, with: change.new, maxReplacements: 1)
    }
  }

  private init(_ name: String, _ part: String, _ new: String, says fault: String) {
    self.init(name, [(part, new)], says: fault)
  }

  static let all: [FaultyGrid] = [
    FaultyGrid(
      "an unknown bus at a line's end", "to: c", "to: d",
      says: "10:28: error: line 'b-c' ends at bus 'd', which is not declared"),
    FaultyGrid(
      "two buses of one name", "sources: ", "  - {id: c, nominalVoltage_kV: 20}\nsources: ",
      says: "7:10: error: bus 'c' is declared twice"),
    FaultyGrid(
      "a segment that names no bus", "segments:\n", "segments:\n  - {id: none, buses: []}\n",
      says: "13:23: error: segment 'none': it names no bus; leave it out or give it one"),
    FaultyGrid(
      "a bus in two segments", "[c]", "[c, b]",
      says: "14:28: error: bus 'b' is in segment 'left' already"),
    FaultyGrid(
      "a bus in no segment", "[a, b]", "[a]",
      says: "5:10: error: bus 'b' is in no segment; name it in one of 'segments'"),
    FaultyGrid(
      "a line without impedance", "r_ohm_per_km: 0.4, x_ohm_per_km: 0.2",
      "r_ohm_per_km: 0, x_ohm_per_km: 0",
      says: "10:5: error: line 'b-c' has no impedance; use a switch between the buses"),
    FaultyGrid(
      "a switch that fuses two segments", "loads: ",
      "switches: [{id: S, between: [b, c]}]\nloads: ",
      says: "11:17: error: switch 'S' stands between segments 'left' and 'right'; buses that it "
        + "fuses belong to one segment"),
    FaultyGrid(
      "a negative length", "length_km: 3", "length_km: -3",
      says: "10:42: error: line 'b-c': 'length_km' is -3; it must be above zero"),
    FaultyGrid(
      "a power that is no number", "p_MW: 1", "p_MW: .nan",
      says: "11:31: error: load 'L': 'p_MW' is '.nan'; it must be a finite number"),
    FaultyGrid(
      "an unknown key", "q_Mvar", "q_Mvr", says: "11:34: error: load 'L': unknown key 'q_Mvr'"),
    FaultyGrid(
      "a tab", "  - {id: left", "\t- {id: left", says: "13:1: error: a tab; YAML wants spaces"),
    FaultyGrid(
      "no source", "sources: [{id: grid, bus: a}]\n", "",
      says: "1:1: error: a grid without any source; it needs a source in service, or a generator "
        + "in service with slackWeight above 0"),
    FaultyGrid(
      "many faults at once",
      [
        ("to: c", "to: d"), ("length_km: 2", "length_km: -2"), ("p_MW: 1", "p_MW: .inf"),
        ("[c]", "[b]"),
      ],
      says: "6:10: error: bus 'c' is in no segment; name it in one of 'segments'",
      "9:42: error: line 'a-b': 'length_km' is -2; it must be above zero",
      "10:28: error: line 'b-c' ends at bus 'd', which is not declared",
      "11:31: error: load 'L': 'p_MW' is '.inf'; it must be a finite number",
      "14:25: error: bus 'b' is in segment 'left' already"),
  ]
}

extension String {
  /// The sound grid without the line to bus c, where the load is.
  var cutAtC: String {
    split(separator: "\n").filter { !$0.contains("id: b-c") }.joined(separator: "\n") + "\n"
  }
}
