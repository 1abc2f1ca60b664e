import Testing
import WireCodec

struct RoundTripTests {
  private func same<Value: WireCodable & Equatable>(_ value: Value) throws {
    #expect(try Value(decoding: value.encoded()) == value)
  }

  @Test("Integers come back from their limits")
  func integers() throws {
    for value in [0, 1, -1, 23, 24, -24, -25, 255, 256, 65_536, Int.max, Int.min] {
      try same(value)
      try same(Int64(value))
    }
    for value in [Int32.min, -1, 0, .max] { try same(value) }
    for value in [0, 1, UInt64.max] { try same(value) }
    try same([Int32.min, 0, .max])
    try same([Int.min, 0, .max])
    try same(UInt8.max)
  }

  @Test("An integer that does not fit is refused")
  func integerRange() throws {
    let large = try UInt64.max.encoded()
    #expect(throws: CBORError.outOfRange(offset: 0)) { try Int(decoding: large) }
    #expect(throws: CBORError.outOfRange(offset: 0)) { try Int32(decoding: Int64.max.encoded()) }
    #expect(throws: CBORError.self) { try UInt64(decoding: (-1).encoded()) }
  }

  @Test(
    "Every bit of a number comes back, in scalars and in arrays",
    arguments: [
      0, 0x8000_0000_0000_0000, 1, 0x7ff0_0000_0000_0000, 0x7ff8_0000_0000_0000,
      0x7ff8_0000_0000_0001, 0x7ff0_0000_0000_0001, 0xfff8_0000_0000_0000, 0xffff_ffff_ffff_ffff,
      0x3ff0_0000_0000_0000, 0x3ff1_9999_9999_999a, 0x000f_ffff_ffff_ffff, 0x3690_0000_0000_0000,
      0x36a0_0000_0000_0000, 0x3e60_0000_0000_0000, 0x3e70_0000_0000_0000, 0x40ef_fc00_0000_0000,
      0x40f0_0000_0000_0000, 0x7ff4_0000_0000_0000,
    ] as [UInt64])
  func numberBits(bits: UInt64) throws {
    let value = Double(bitPattern: bits)
    #expect(try Double(decoding: value.encoded()).bitPattern == bits)
    #expect(try [Double](decoding: [value, value].encoded()).map(\.bitPattern) == [bits, bits])
  }

  @Test("Every half-precision number is read and written in three bytes")
  func halves() throws {
    for bits in UInt16.min...UInt16.max {
      let bytes = [0xf9, UInt8(bits >> 8), UInt8(bits & 0xff)]
      let value = try Double(decoding: bytes)
      if value.isNaN { continue }
      #expect(try value.encoded() == bytes)
    }
  }

  @Test("An array of numbers is a tag, a head and eight bytes each")
  func packedNumbers() throws {
    #expect(try [1.0].encoded() == [0xd8, 86, 0x48, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    #expect(try [Int32(-2)].encoded() == [0xd8, 78, 0x44, 0xfe, 0xff, 0xff, 0xff])
    #expect(try [UInt8(7)].encoded() == [0x41, 7])
    try same([Double]())
    try same([Int32]())
    try same((0..<1000).map { Double($0) / 3 })
    try same([[1.0, 2], [], [3]])
  }

  @Test("An ordinary array of numbers is read as well")
  func plainNumbers() throws {
    #expect(try [Double](decoding: [0x83, 0x01, 0x20, 0xf9, 0x3e, 0]) == [1, -1, 1.5])
    #expect(try [Int32](decoding: [0x9f, 0x01, 0x20, 0xff]) == [1, -1])
  }

  @Test("Packed numbers of a broken length or another tag are refused")
  func brokenPackedNumbers() {
    #expect(throws: CBORError.self) { try [Double](decoding: [0xd8, 86, 0x47] + Array(0..<7)) }
    #expect(throws: CBORError.self) { try [Double](decoding: [0xd8, 82, 0x48] + Array(0..<8)) }
    #expect(throws: CBORError.self) { try [Double](decoding: [0xd8, 86, 0x81, 0]) }
  }

  @Test("Texts, options, arrays and dictionaries come back")
  func containers() throws {
    for text in ["", "a", "Zürich 水", String(repeating: "x", count: 70_000)] { try same(text) }
    try same(Optional(3))
    try same(Int?.none)
    try same([Int?.none, 4])
    try same(["", "a"])
    try same([true, false])
    try same(["b": [1.0], "a": []])
    try same([String: Int]())
  }

  @Test("Equal dictionaries are equal bytes")
  func dictionaryOrder() throws {
    let keys = (0..<50).map { "key-\($0)" }
    let one = Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) })
    let other = Dictionary(uniqueKeysWithValues: keys.reversed().map { ($0, 1) })
    #expect(try one.encoded() == other.encoded())
  }

  @Test("A struct written by hand comes back, and every cut of it is refused")
  func handWritten() throws {
    let reading = Reading(bus: "7", tick: -1, powers: [1.5, .pi], remark: "ü")
    try same(reading)
    let bytes = try reading.encoded()
    for count in bytes.indices {
      #expect(throws: CBORError.self) { try Reading(decoding: Array(bytes[..<count])) }
    }
  }

  @Test("A struct that is only Codable comes back, and every cut of it is refused")
  func codable() throws {
    try same(Survey.example)
    let bytes = try Survey.example.encoded()
    for count in bytes.indices {
      #expect(throws: CBORError.self) { try Survey(decoding: Array(bytes[..<count])) }
    }
  }

  @Test("Codable sets and dictionaries are written in one order")
  func codableOrder() throws {
    let notation = try CBORValue(decoding: Survey.example.encoded()).description
    #expect(notation.contains(#""heights": {"a": 1.0, "b": 2.0, "c": 0.1}"#))
    #expect(notation.contains(#""counts": {1: 10, 2: 20, 10: 100}"#) == false)
    #expect(notation.contains(#""counts": {"1": 10, "2": 20, "10": 100}"#))
    #expect(notation.contains(#""names": ["x", "y", "z"]"#))
  }

  @Test("A Codable value that refuses to be written refuses the message")
  func refusal() {
    struct Refusing: Codable, WireCodable {
      init() {}
      init(from decoder: any Decoder) throws {}
      func encode(to encoder: any Encoder) throws { throw CBORError.invalidValue("no") }
    }
    #expect(throws: CBORError.self) { try Refusing().encoded() }
    #expect(throws: CBORError.self) { try [Refusing()].encoded() }
  }
}
