import GridModel
import PowerFlow
import Testing

@testable import Twin

@Suite("A slice crosses in parts")
struct SlicePartTests {
  /// A segment of so many buses that its slice does not fit into one message.
  private let slice: SegmentSlice = {
    var topology = Topology(name: "long")
    topology.buses = (0..<20_000).map { Bus(id: Name("bus-\($0)"), nominalVoltage_kV: 20) }
    topology.segments = [SegmentPlan(id: "all", buses: topology.buses.map(\.id))]
    return Partition(topology).slice("all")
  }()

  @Test("Parts in order make the slice whole, whatever its size")
  func inOrder() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    #expect(parts.count > 4)
    #expect(parts.allSatisfy { $0.bytes.count <= SlicePart.maximumSize })
    var collector = SliceCollector()
    for part in parts.dropLast() { #expect(try collector.take(part) == nil) }
    #expect(try collector.take(parts.last!) == slice)
  }

  @Test("A hand-over that was cut short can begin again")
  func beginAgain() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    var collector = SliceCollector()
    _ = try collector.take(parts[0])
    _ = try collector.take(parts[1])
    for part in parts.dropLast() { _ = try collector.take(part) }
    #expect(try collector.take(parts.last!) == slice)
  }

  @Test("What is handed over again is what comes out, the same slice or another one")
  func again() throws {
    var other = slice
    other.topologyVersion += 1
    var collector = SliceCollector()
    for handed in [slice, slice, other, slice] {
      let parts = try SlicePart.cut(handed.encoded(), of: "all")
      for part in parts.dropLast() { _ = try collector.take(part) }
      #expect(try collector.take(parts.last!) == handed)
    }
  }

  @Test("A part that comes twice counts once")
  func twice() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    var collector = SliceCollector()
    for part in parts.dropLast() {
      #expect(try collector.take(part) == nil)
      #expect(try collector.take(part) == nil)
      #expect(try collector.take(parts[0]) == nil)
    }
    #expect(try collector.take(parts.last!) == slice)
  }

  @Test("A part that is missing is refused, and so is a broken one")
  func outOfOrder() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    var collector = SliceCollector()
    _ = try collector.take(parts[0])
    #expect(throws: SliceError.outOfOrder("all")) { try collector.take(parts[2]) }
    #expect(throws: SliceError.outOfOrder("all")) { try collector.take(parts[1]) }

    let broken = SlicePart(segment: "all", index: 0, count: 1, bytes: [0xff])
    #expect(throws: SliceError.self) { try collector.take(broken) }
  }

  @Test("Parts of two ways of cutting are not mixed, and a part beyond the last is refused")
  func mixed() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    var other = parts[1]
    other.count += 1
    for wrong in [other, SlicePart(segment: "all", index: 1, count: 1, bytes: [0])] {
      var collector = SliceCollector()
      _ = try collector.take(parts[0])
      #expect(throws: SliceError.outOfOrder("all")) { try collector.take(wrong) }
    }
    var collector = SliceCollector()
    let none = SlicePart(segment: "all", index: 0, count: 0, bytes: [])
    #expect(throws: SliceError.outOfOrder("all")) { try collector.take(none) }
  }

  @Test("Another first part begins another hand-over")
  func beginsAnother() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    var collector = SliceCollector()
    let other = SlicePart(segment: "all", index: 0, count: 2, bytes: [0])
    #expect(try collector.take(other) == nil)
    for part in parts.dropLast() { #expect(try collector.take(part) == nil) }
    #expect(try collector.take(parts.last!) == slice)
  }

  @Test("Another part of the same number is no part that comes twice")
  func changed() throws {
    let parts = try SlicePart.cut(slice.encoded(), of: "all")
    var other = parts[1]
    other.bytes[0] ^= 1
    var collector = SliceCollector()
    _ = try collector.take(parts[0])
    _ = try collector.take(parts[1])
    #expect(throws: SliceError.outOfOrder("all")) { try collector.take(other) }
  }
}
