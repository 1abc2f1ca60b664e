import GridModel
import SeededRandom
import Testing

@Suite("A damaged document")
struct FuzzTests {
  @Test("is read or refused and never ends the process", arguments: 0..<300)
  func neverCrashes(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    for (text, file) in [(Sample.complete, "g.yaml"), (Sample.matpower, "g.m")] {
      let damaged = Self.damage(text, &random)
      do {
        _ = try Topology.read(damaged, named: file)
      } catch {
        #expect(!error.faults.isEmpty)
        #expect(error.findings.allSatisfy { !$0.sentence.contains("\n") })
      }
    }
  }

  static func damage(_ text: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = Array("[]{}:,-&*!'\"|>#%?. \t\n0".utf8).randomElement(using: &random)!
      case 2:
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var kept = lines
        kept.remove(at: Int.random(in: 0..<lines.count, using: &random))
        bytes = Array(kept.joined(separator: [UInt8(ascii: "\n")]))
      case 3: bytes = Array(bytes[..<place])
      default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
      }
      if bytes.isEmpty { return "" }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
