import GridModel
import PowerFlow
import SparseAlgebra

/// A tie as one of its two segments sees it.
struct TieView {
  let ownRow: Network.Row?

  private let tie: SegmentSlice.Tie
  private let model: Network.BranchModel
  private let ownVoltage: Complex
  /// The far end's voltage as the joint solve left it here, if this segment counts the tie.
  private let farCopy: Complex?
  private let magnitude: Double
  private let angle: Double

  /// `nil` when the tie's model is not in the network.
  init?(_ tie: SegmentSlice.Tie, in network: Network, voltages: Voltages) {
    guard let model = network.branches.first(where: { $0.reference == tie.element }) else {
      return nil
    }
    let ownRow = tie.ownEnd == .from ? model.fromRow : model.toRow
    guard let ownRow else { return nil }
    let farRow = tie.ownEnd == .from ? model.toRow : model.fromRow
    self.tie = tie
    self.model = model
    self.ownRow = ownRow
    ownVoltage = voltages.phasor(ownRow)
    magnitude = voltages.magnitude[ownRow]
    angle = voltages.angle[ownRow]
    farCopy = tie.isStampedHere ? farRow.map { voltages.phasor($0) } : nil
  }

  /// What the neighbour gets to see.
  var message: TieEnd {
    TieEnd(
      element: tie.element, magnitude: magnitude, angle: angle,
      counted: farCopy.map { far in
        let power = self.power(far: far)
        return TieEnd.CountedPower(own: power.own, other: power.other)
      })
  }

  /// Computes the tie's powers from this end's voltage and the one that the neighbour sent, and
  /// holds them against what the side that counts the tie has computed.
  ///
  /// - Returns: the larger disagreement of both ends and the power into the tie here, in per unit.
  func compare(with their: TieEnd) -> (mismatch_pu: Double, ownPower: Complex) {
    let voltages = Voltages(magnitude: [their.magnitude], angle: [their.angle])
    let here = power(far: voltages.phasor(0))
    let counted: (own: Complex, other: Complex)
    if let farCopy {
      counted = power(far: farCopy)
    } else if let theirs = their.counted {
      counted = (theirs.other, theirs.own)
    } else {
      return (.infinity, here.own)
    }
    let mismatch = max(
      (here.own - counted.own).magnitude, (here.other - counted.other).magnitude)
    return (mismatch, here.own)
  }

  private func power(far: Complex) -> (own: Complex, other: Complex) {
    if tie.ownEnd == .from {
      let power = model.port.power(from: ownVoltage, to: far)
      return (power.from, power.to)
    }
    let power = model.port.power(from: far, to: ownVoltage)
    return (power.to, power.from)
  }
}
