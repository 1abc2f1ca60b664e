import Balancing
import WireCodec

/// What a segment tells a neighbour in one round of balancing.
package struct BalanceMessage: Sendable, Equatable {
  package var round: Int
  package var note: RoundAgreement.Note
  package var words: [Double]
}

extension BalanceMessage: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("round", Int64(round))
    writer.write("calm", Int64(note.calm))
    writer.write("end", Int64(note.end))
    writer.write("words", words)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let round: Int64 = try reader.read("round", in: &fields)
    let calm: Int64 = try reader.read("calm", in: &fields)
    let end: Int64 = try reader.read("end", in: &fields)
    guard let round = Int(exactly: round), let calm = Int(exactly: calm), calm >= 0,
      let end = Int(exactly: end), end > 0
    else { throw .invalidValue("a round of balancing that no segment can be in") }
    self.round = round
    note = RoundAgreement.Note(calm: calm, end: end)
    words = try reader.read("words", in: &fields)
    try reader.endMap(fields)
  }
}
