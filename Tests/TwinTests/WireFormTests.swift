import ActorCluster
import Assets
import GridModel
import PowerFlow
import Testing

@testable import Twin
@testable import WireCodec

/// What is written by hand because it crosses often.
struct WireFormTests {
  @Test("A fleet's state and a moment have the bytes that they would have by themselves")
  func bytes() throws {
    let state = FleetState(assets: [
      AssetState(asset: ElementReference(.battery, "B5"), energy_MWh: 0.6),
      AssetState(asset: ElementReference(.battery, "6-7"), energy_MWh: 12),
    ])
    #expect(try state.encoded() == CBOREncoder().encode(state).encoded())
    #expect(try FleetState(decoding: state.encoded()) == state)
    let moment = Moment(era: 3, tick: -1)
    #expect(try moment.encoded() == CBOREncoder().encode(moment).encoded())
    #expect(try Moment(decoding: moment.encoded()) == moment)
  }

  @Test("A report comes back as it was, with all its totals")
  func report() throws {
    let bench = try SegmentBench(Grids.evening)
    try bench.solve(0)
    for conclusion in try bench.conclude(0) {
      let report = conclusion.report
      #expect(try SegmentReport(decoding: report.encoded()) == report)
    }
    let numbers = try [Double](decoding: FlowTotals().encoded())
    #expect(numbers.count == Mirror(reflecting: FlowTotals()).children.count)
  }

  @Test("A pulse comes back as it was")
  func pulse() throws {
    let wait = SegmentWait(waiter: "a", on: "b", tick: 7, since_ms: 1.5)
    let pulse = Pulse(era: 2, waits: [wait])
    #expect(try Pulse(decoding: pulse.encoded()) == pulse)
    let refusing = Pulse(
      era: 2, waits: [], refusedCalls: Refusals(count: 3, last: "x wanted 'y'"),
      refusedConnections: Refusals(count: 2, last: "127.0.0.1:5, because it shows no certificate"))
    #expect(try Pulse(decoding: refusing.encoded()) == refusing)
  }

  @Test("Totals of another count of numbers, and elements of unknown kinds, are refused")
  func unreadable() throws {
    #expect(throws: CBORError.self) { try FlowTotals(decoding: [1.0, 2.0].encoded()) }
    var writer = CBORWriter()
    writer.beginMap(count: 2)
    writer.write("kind", "dragon")
    writer.write("id", "1")
    let bytes = try writer.finish()
    #expect(throws: CBORError.self) { try ElementReference(decoding: bytes) }
  }
}
