import Testing
import WireCodec

struct KeyOrderTests {
  private static let pairs: [CBORValue.Pair] = [
    .init(.text("bus"), .text("7")), .init(.text("tick"), .unsigned(3)),
    .init(.text("p_MW"), .array([.unsigned(1)])), .init(.text("remark"), .null),
  ]
  private static let expected = Reading(bus: "7", tick: 3, powers: [1])

  @Test("Keys may come in any order")
  func anyOrder() throws {
    for first in 0..<4 {
      for second in 0..<3 {
        for third in 0..<2 {
          var rest = Self.pairs
          var order = [rest.remove(at: first), rest.remove(at: second), rest.remove(at: third)]
          order += rest
          #expect(try Reading(decoding: CBORValue.map(order).encoded()) == Self.expected)
        }
      }
    }
  }

  @Test("Unknown keys of any kind are skipped, wherever they stand", arguments: 0...4)
  func unknownKeys(position: Int) throws {
    let unknown: [CBORValue.Pair] = [
      .init(.text("unit"), .map([.init(.text("bus"), .text("not this one"))])),
      .init(.unsigned(7), .array([.tagged(86, .bytes([]))])),
      .init(.text("bu"), .null), .init(.text("buss"), .double(bitPattern: 0)),
    ]
    var pairs = Self.pairs
    pairs.insert(contentsOf: unknown, at: position)
    #expect(try Reading(decoding: CBORValue.map(pairs).encoded()) == Self.expected)
    #expect(try Reading(decoding: CBORValue.map(pairs.reversed()).encoded()) == Self.expected)
  }

  @Test("A missing key is named")
  func missingKey() throws {
    let bytes = try CBORValue.map([Self.pairs[0], Self.pairs[2]]).encoded()
    #expect(throws: CBORError.missingKey("tick")) { try Reading(decoding: bytes) }
  }

  @Test("An optional key may be missing")
  func optionalKey() throws {
    let bytes = try CBORValue.map(Array(Self.pairs[..<3])).encoded()
    #expect(try Reading(decoding: bytes) == Self.expected)
  }

  @Test("A map of indefinite length is read in any order")
  func indefiniteLength() throws {
    for pairs in [Self.pairs, Self.pairs.reversed()] {
      var bytes = try CBORValue.map(pairs).encoded()
      bytes[0] = 0xbf
      #expect(try Reading(decoding: bytes + [0xff]) == Self.expected)
      #expect(throws: CBORError.self) { try Reading(decoding: bytes) }
      #expect(try [Reading](decoding: [0x82] + bytes + [0xff] + bytes + [0xff]).count == 2)
    }
  }
}
