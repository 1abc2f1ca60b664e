import WireCodec

/// What a tick cost, in the words of whoever pays.
package struct BalanceFigures: Sendable, Equatable, Codable {
  /// Of the whole tick, in the author's currency, at the powers of the solved grid.
  package var cost = 0.0
  /// What sun and wind would have given more.
  package var curtailed_MW = 0.0
  /// What loads left away at a price.
  package var shed_MW = 0.0
  /// What loads drew less than they would, to draw it at another time; negative when they draw more.
  package var moved_MW = 0.0
  /// Of balancing; zero where schedules decide.
  package var rounds = 0
  /// The largest imbalance that neighbours still wanted corrected, as a share of what they handle.
  package var residual = 0.0

  package init() {}

  /// Adds another segment's.
  package static func += (a: inout BalanceFigures, b: BalanceFigures) {
    a.cost += b.cost
    a.curtailed_MW += b.curtailed_MW
    a.shed_MW += b.shed_MW
    a.moved_MW += b.moved_MW
    a.rounds = max(a.rounds, b.rounds)
    a.residual = max(a.residual, b.residual)
  }
}

extension BalanceFigures: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    [cost, curtailed_MW, shed_MW, moved_MW, Double(rounds), residual].encode(into: &writer)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    let numbers = try [Double](from: &reader)
    guard numbers.count == 6, let rounds = Int(exactly: numbers[4]) else {
      throw .invalidValue("figures of balancing that are not six numbers")
    }
    (cost, curtailed_MW, shed_MW, moved_MW) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (self.rounds, residual) = (rounds, numbers[5])
  }
}
