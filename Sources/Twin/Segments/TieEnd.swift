import GridModel
import SparseAlgebra
import WireCodec

/// One end of a tie as its segment sees it at the end of a tick; neighbours compare them directly.
package struct TieEnd: Sendable, Equatable {
  package var element: ElementReference
  /// The voltage at the sender's end, in per unit and radians.
  package var magnitude: Double
  package var angle: Double
  /// Powers into the tie at the sender's and at the receiver's end in per unit, if the sender is
  /// the one that counts the tie.
  package var counted: CountedPower?

  package struct CountedPower: Sendable, Equatable {
    package var own: Complex
    package var other: Complex
  }
}

/// How well both ends of a segment's ties agree.
package struct TieAgreement: Sendable, Equatable, Codable {
  /// The largest disagreement about the power at either end; 0 without ties.
  package var mismatch_MVA = 0.0
  package var worst: ElementReference?
}

extension TieEnd: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 5)
    writer.write("kind", element.kind.rawValue)
    writer.write("id", element.id)
    writer.write("magnitude", magnitude)
    writer.write("angle", angle)
    writer.write(
      "counted",
      counted.map { [$0.own.real, $0.own.imaginary, $0.other.real, $0.other.imaginary] } ?? [])
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let kind: String = try reader.read("kind", in: &fields)
    guard let kind = ElementKind(rawValue: kind) else {
      throw .invalidValue("a tie of the unknown kind '\(kind)'")
    }
    element = ElementReference(kind, try reader.read("id", in: &fields))
    magnitude = try reader.read("magnitude", in: &fields)
    angle = try reader.read("angle", in: &fields)
    let powers: [Double] = try reader.read("counted", in: &fields)
    counted =
      powers.count == 4
      ? CountedPower(own: Complex(powers[0], powers[1]), other: Complex(powers[2], powers[3]))
      : nil
    try reader.endMap(fields)
  }
}
