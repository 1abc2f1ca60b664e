import GridModel
import Testing

@Suite("A MATPOWER case")
struct MatpowerReaderTests {
  @Test("becomes a topology of buses, branches, generators, loads and shunts")
  func isRead() throws {
    let read = try Topology.read(Sample.matpower, named: "cases/three.m")
    #expect(
      read.warnings.map(\.description) == [
        "cases/three.m:29:14: warning: 'mpc.dcline' is not read; it takes no part in a solve"
      ])
    let topology = read.topology
    #expect(topology.name == "three")
    #expect(topology.power_MVA == 100)
    #expect(topology.buses.map(\.id) == ["1", "20", "3", "4"])
    #expect(topology.buses.map(\.nominalVoltage_kV) == [110, 0, 0.4, 1])
    #expect(topology.buses.map(\.inService) == [true, true, true, false])
    #expect(topology.buses[0].start == Bus.BusStart(v_pu: 1.06, angle_deg: 12))
    #expect(topology.buses[0].limits_pu == 0.94...1.06)
    #expect(topology.buses.map(\.labels.name) == ["North", "it's", "South", ""])
    #expect(topology.loads.map(\.id) == ["20", "4"])
    #expect(topology.loads[0].q_Mvar == -12.7)
    #expect(topology.loads.map(\.inService) == [true, false])
    #expect(topology.shunts.map(\.b_Mvar) == [19])
    #expect(topology.branches.map(\.id) == ["1", "2", "3"])
    #expect(topology.branches.map(\.tap) == [1, 0.978, 1])
    #expect(topology.branches.map(\.rating_MVA) == [nil, 55, nil])
    #expect(topology.branches.map(\.inService) == [true, true, false])
    #expect(topology.branches[1].shift_deg == -30)
    #expect(topology.generators.map(\.id) == ["1", "2", "3"])
    #expect(topology.generators.map(\.slackWeight) == [1, 1, 0])
    #expect(topology.generators.map(\.angle_deg) == [12, 12, 0])
    #expect(topology.generators.map(\.holdsVoltage) == [true, true, false])
    #expect(topology.generators.map(\.inService) == [true, false, true])
    #expect(topology.generators[0].qLimits_Mvar == nil)
    #expect(topology.generators[1].qLimits_Mvar == -40...50)
    #expect(topology.generators[0].cost == .polynomial([0.04, 20, 0]))
    #expect(
      topology.generators[1].cost
        == .piecewise([
          Generator.CostPoint(p_MW: 0, cost: 0), Generator.CostPoint(p_MW: 10, cost: 200),
        ]))
  }

  @Test("without a reference gives it to its first bus that holds its voltage")
  func referenceIsChosen() throws {
    let text = Sample.matpower.replacing("1 3 0 0 0 0 1 1.06", with: "1 2 0 0 0 0 1 1.06")
    let read = try Topology.read(text, named: "three.m")
    #expect(read.topology.generators.map(\.slackWeight) == [1, 1, 0])
    #expect(
      read.warnings.first?.description
        == "three.m:6:1: warning: no reference bus has a generator in service; bus '1' becomes the reference"
    )
  }

  @Test(
    "is refused with the place of each fault",
    arguments: Self.refused)
  func isRefused(_ part: String, _ faulty: String, _ finding: String) {
    #expect(Sample.matpower.contains(part))
    let text = Sample.matpower.replacing(part, with: faulty, maxReplacements: 1)
    #expect(Sample.faults(text, "c.m").joined(separator: "\n") == finding)
  }

  static let refused: [(part: String, faulty: String, findings: String)] = [
    (
      "mpc.version = '2'", "mpc.version = '1'",
      "c.m:3:15: error: the case is not of version 2 of the format; save it again with 'savecase'"
    ),
    ("mpc.version = '2';", "", "c.m:1:1: error: the case has no 'mpc.version'"),
    (
      "mpc.baseMVA = 100;", "mpc.baseMVA = 50/3;",
      "c.m:4:1: error: 'mpc.baseMVA = 50/3;' is a statement; only tables of plain numbers are read"
    ),
    (
      "mpc.baseMVA = 100;", "mpc.baseMVA = 0;",
      "c.m:4:15: error: 'mpc.baseMVA' must be a number above zero"
    ),
    (
      "function mpc = three", "function [baseMVA, bus] = three",
      "c.m:1:10: error: this case has MATPOWER's version 1, a list of tables; save it with version 2 of the format"
    ),
    (
      "function mpc = three", "mpc.name = 'three';",
      "c.m:1:1: error: a case file begins with 'function mpc = NAME', not with 'mpc.name = 'three';'"
    ),
    (
      "mpc.gencost", "mpc.bus(:, 3) = mpc.bus(:, 3) / 1e3;\nmpc.gencost",
      "c.m:24:1: error: 'mpc.bus(:, 3) = mpc.bus(:, 3) / 1e3;' is a statement; only tables of plain numbers are read"
    ),
    (
      "mpc.gencost", "for k = 1:3 x = [1\n2]; end\nmpc.gencost",
      "c.m:24:1: error: 'for k = 1:3 x = [1' is a statement; only tables of plain numbers are read"
    ),
    (
      "mpc.gencost", "define_constants;\nmpc.gencost",
      "c.m:24:1: error: 'define_constants;' is a statement; only tables of plain numbers are read"
    ),
    ("mpc.gencost", "mpc.bus = [];\nmpc.gencost", "c.m:24:1: error: 'mpc.bus' is given twice"),
    ("20 1 21.7", "20 1 NaN", "c.m:7:6: error: 'mpc.bus' holds NaN in row 2, column 3"),
    (
      "20 1 21.7", "20 1 21,7",
      "c.m:7:1: error: row 2 of 'mpc.bus' has 14 numbers, the first has 13"
    ),
    ("20 1 21.7", "20 1 x", "c.m:7:6: error: 'x' is not a plain number"),
    ("20 1 21.7", "20 1 Inf", "c.m:7:6: error: Pd of bus '20' must be a finite number"),
    (
      "20 1 21.7", "1 1 21.7",
      "c.m:7:1: error: bus '1' is declared twice\nc.m:20:3: error: branch 1 is at bus '20', which 'mpc.bus' does not hold\nc.m:21:4: error: branch 2 is at bus '20', which 'mpc.bus' does not hold"
    ),
    ("20 1 21.7", "20 5 21.7", "c.m:7:4: error: bus '20' has type 5; types are 1, 2, 3 and 4"),
    (
      "20 1 21.7", "20.5 1 21.7",
      "c.m:7:1: error: a bus has the number 20.5; bus numbers are whole and above zero\nc.m:20:3: error: branch 1 is at bus '20', which 'mpc.bus' does not hold\nc.m:21:4: error: branch 2 is at bus '20', which 'mpc.bus' does not hold"
    ),
    (
      "3, 20, 0.05", "3, 21, 0.05",
      "c.m:21:4: error: branch 2 is at bus '21', which 'mpc.bus' does not hold"
    ),
    ("3, 20, 0.05", "20, 20, 0.05", "c.m:21:1: error: both ends of branch 2 are at bus '20'"),
    (
      "3, 20, 0.05, 0.22", "3, 20, 0, 0",
      "c.m:21:1: error: branch 2 has no impedance; make its buses one, or give it a small x"
    ),
    ("  0.978", " -0.978", "c.m:21:33: error: the ratio of branch 2 must not be negative"),
    (
      "2 0 0 3 0.04", "2 0 0 5 0.04",
      "c.m:24:22: error: the cost of generator 1 announces 5 values; its row has 4 numbers for them"
    ),
    (
      "2 0 0 3 0.04", "3 0 0 3 0.04",
      "c.m:24:16: error: the cost of generator 1 has model 3; models are 1 and 2"
    ),
    (
      "1 232.4 -16.9 Inf -Inf 1.06", "1 232.4 -16.9 Inf -Inf 0",
      "c.m:12:24: error: Vg of generator 1 must be above zero"
    ),
    (
      "1 232.4 -16.9 Inf -Inf 1.06 100 1", "1 232.4 -16.9 Inf -Inf 1.06 100 0",
      "c.m:11:11: error: a grid without any source; it needs a source in service, or a generator in service with slackWeight above 0"
    ),
    (
      "];\nmpc.gencost", "\nmpc.gencost",
      "c.m:19:14: error: this table has no end; a ']' is missing"
    ),
  ]

  @Test("of an empty text has its faults too")
  func emptyTextIsRefused() {
    #expect(Sample.faults("", "c.m").count == 5)
  }

  @Test(
    "has angle limits where its columns say so, as MATPOWER reads them",
    arguments: [
      ("-30 30", -30.0...30.0), ("0 0", nil), ("-360 360", nil), ("0 30", 0...30),
      ("-30 0", -30...0), ("-360 30", -360...30), ("-Inf 30", -360...30), ("-30 Inf", -30...360),
    ] as [(String, ClosedRange<Double>?)])
  func angleLimits(columns: String, limits: ClosedRange<Double>?) throws {
    let read = try Topology.read(angled(columns), named: "angled.m")
    #expect(read.topology.branches[0].angleLimits_deg == limits)
    #expect(read.warnings.isEmpty)
  }

  @Test("whose angle limits cross is warned of")
  func crossedAngleLimits() throws {
    let read = try Topology.read(angled("30 -30"), named: "angled.m")
    #expect(read.topology.branches[0].angleLimits_deg == nil)
    #expect(
      read.warnings.map(\.sentence) == [
        "angmin of branch 1 is above angmax; neither limit is read"
      ])
  }

  private func angled(_ columns: String) -> String {
    """
    function mpc = angled
    mpc.version = '2';
    mpc.baseMVA = 100;
    mpc.bus = [
      1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
      2 1 1 0 0 0 1 1 0 110 1 1.1 0.9;
    ];
    mpc.gen = [1 0 0 9 -9 1 100 1 100 0];
    mpc.branch = [1 2 0 0.1 0 0 0 0 0 0 1 \(columns)];
    """
  }
}
