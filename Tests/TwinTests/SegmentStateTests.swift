import Assets
import GridModel
import PowerFlow
import Testing
import WireCodec

@testable import Twin

/// What a segment carries from tick to tick, as bytes and as something it may refuse.
struct SegmentStateTests {
  @Test("A state survives the store to the last bit")
  func roundTrip() throws {
    let bench = try SegmentBench(Grids.cigre)
    try bench.solve(0)
    for conclusion in try bench.conclude(0) {
      let state = try SegmentState(decoding: conclusion.state)
      #expect(state.tick == 0)
      #expect(try state.encoded() == conclusion.state)
    }
    let odd = SegmentState(
      tick: .max, fleet: FleetState(assets: []),
      voltages: Voltages(magnitude: [-0.0, .leastNonzeroMagnitude], angle: [.pi, 1e300]))
    let again = try SegmentState(decoding: odd.encoded())
    #expect([again.voltages].bits == [odd.voltages].bits)
    #expect(again == odd)
  }

  @Test("A state of another schema is refused with a sentence")
  func otherSchema() throws {
    let sentence = "a segment's state of schema 2; this Busbar reads 1"
    #expect(throws: CBORError.invalidValue(sentence)) {
      _ = try SegmentState(decoding: Self.bytes(schema: 2, magnitude: [1], angle: [0]))
    }
    #expect("\(CBORError.invalidValue(sentence))" == sentence)
  }

  @Test("A state with more angles than magnitudes is refused with a sentence")
  func unequalCounts() throws {
    let sentence = "a segment's state with unequal counts of magnitudes and angles"
    #expect(throws: CBORError.invalidValue(sentence)) {
      _ = try SegmentState(decoding: Self.bytes(schema: 1, magnitude: [1], angle: [0, 0]))
    }
  }

  @Test("A state of another number of rows is refused, and the segment stays as it is")
  func otherRows() throws {
    let segment = try SegmentBench(Grids.cigre).segments[0]
    let before = segment.committed
    var state = before
    state.tick = 4
    state.voltages = Voltages(flatWithRowCount: before.voltages.count + 1)
    #expect(throws: SegmentError.self) { try segment.restore(state) }
    #expect(segment.committed == before)
    #expect(throws: SegmentError.self) { _ = try SegmentTwin(segment.slice, state: state) }
  }

  @Test("A state with other assets is refused, and the segment stays as it is")
  func otherAssets() throws {
    let segment = try SegmentBench(Grids.cigre).segments[1]
    let before = segment.committed
    #expect(!before.fleet.assets.isEmpty, "This segment has a battery.")
    var fewer = before
    fewer.fleet.assets.removeLast()
    var other = before
    other.fleet.assets[0] = AssetState(
      asset: ElementReference(.battery, "another"), energy_MWh: 1)
    for state in [fewer, other] {
      #expect(throws: SegmentError.self) { try segment.restore(state) }
      #expect(segment.committed == before)
      #expect(throws: SegmentError.self) { _ = try SegmentTwin(segment.slice, state: state) }
    }
  }

  private static func bytes(
    schema: Int64, magnitude: [Double], angle: [Double]
  ) throws -> [UInt8] {
    var writer = CBORWriter()
    writer.beginMap(count: 5)
    writer.write("schema", schema)
    writer.write("tick", Int64(0))
    writer.write("fleet", FleetState(assets: []))
    writer.write("magnitude", magnitude)
    writer.write("angle", angle)
    return try writer.finish()
  }
}
