import GridModel
import Quantities

/// A load of which a share can move within a part of the day.
///
/// What it has not drawn yet, or has drawn in advance as a negative energy, is its state: zero again
/// when the part of the day ends.
package struct MovableLoad: Sendable {
  package let asset: ElementReference
  package let share: Double
  package let from_s: Int64
  package let until_s: Int64

  /// Those of a topology whose set-points something decides.
  package static func all(of topology: Topology) -> [MovableLoad] {
    guard let balancing = topology.balancing, balancing.algorithm == .admm else { return [] }
    return balancing.flexibleLoads.compactMap { flexible in
      guard case .shift(let share_pct, let from_s, let until_s) = flexible.way else { return nil }
      return MovableLoad(
        asset: ElementReference(.load, flexible.load.text), share: share_pct / 100,
        from_s: from_s, until_s: until_s)
    }
  }

  package func canMove(at secondOfDay: Int64) -> Bool {
    from_s <= secondOfDay && secondOfDay < until_s
  }
}

extension [MovableLoad] {
  /// Books what loads have drawn against what they would have. After its part of the day a load owes
  /// nothing any more: what rounding left is forgotten.
  func settle(
    _ states: inout ArraySlice<AssetState>, free: [AssetPower], drawn: [AssetPower],
    at begin: Timestamp, hours: Double
  ) {
    for (load, place) in zip(self, states.indices) {
      guard load.canMove(at: begin.secondOfDay),
        let row = free.firstIndex(where: { $0.asset == load.asset })
      else {
        states[place].energy_MWh = 0
        continue
      }
      states[place].energy_MWh += (free[row].p_MW - drawn[row].p_MW) * hours
    }
  }
}
