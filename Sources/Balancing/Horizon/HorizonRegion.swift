/// What one region can do over a horizon, in the DC approximation: its rows, lines, units and stores,
/// and its ties with the rows at their far ends.
///
/// Powers are in per unit and injections positive; angles are in radians; costs are an hour's, per
/// per-unit. Lists with a value for each period have the shape `[hours.count]`.
package struct HorizonRegion: Sendable {
  /// A branch in service whose ends are rows of the region, or one the far end of a tie.
  package struct Line: Sendable {
    package var from: Int
    package var to: Int
    package var susceptance: Double
    /// The to end lags by this angle.
    package var shift: Double
    /// Of the flow from `from` to `to`; `nil` where there is none, or where the neighbour keeps it.
    package var band: (lower: Double, upper: Double)?

    package init(
      from: Int, to: Int, susceptance: Double, shift: Double,
      band: (lower: Double, upper: Double)?
    ) {
      self.from = from
      self.to = to
      self.susceptance = susceptance
      self.shift = shift
      self.band = band
    }
  }

  /// Something that injects between limits, at quadratic p² + linear p.
  package struct Unit: Sendable {
    package var row: Int
    package var lower: [Double]
    package var upper: [Double]
    package var quadratic: [Double]
    package var linear: [Double]

    package init(
      row: Int, lower: [Double], upper: [Double], quadratic: [Double], linear: [Double]
    ) {
      self.row = row
      self.lower = lower
      self.upper = upper
      self.quadratic = quadratic
      self.linear = linear
    }
  }

  /// Something that takes now and gives later: a battery, or a load that is moved.
  ///
  ///     E ← E + (√η charge - discharge / √η) hours
  package struct Store: Sendable {
    package var row: Int
    /// Largest power in and out.
    package var charge: [Double]
    package var discharge: [Double]
    /// √η of a full cycle.
    package var kept: Double
    /// Before the first period, in per-unit hours.
    package var energy: Double
    /// Of the energy at the end of each period.
    package var lower: [Double]
    package var upper: [Double]
    /// Of either way.
    package var linear: Double
    package var quadratic: Double

    package init(
      row: Int, charge: [Double], discharge: [Double], kept: Double, energy: Double,
      lower: [Double], upper: [Double], linear: Double, quadratic: Double
    ) {
      self.row = row
      self.charge = charge
      self.discharge = discharge
      self.kept = kept
      self.energy = energy
      self.lower = lower
      self.upper = upper
      self.linear = linear
      self.quadratic = quadratic
    }
  }

  /// The ties with one neighbour.
  package struct Link: Sendable {
    /// The rows at both ends of the ties, in an order that both sides know, and whether each is
    /// the region's own.
    package var rows: [Int]
    package var isOwn: [Bool]
    /// Positions in `lines`.
    package var ties: [Int]

    package init(rows: [Int], isOwn: [Bool], ties: [Int]) {
      self.rows = rows
      self.isOwn = isOwn
      self.ties = ties
    }
  }

  /// Length of each period.
  package var hours: [Double]
  /// Own rows come first, rows at the far ends of ties follow.
  package var rowCount: Int
  package var ownRowCount: Int
  /// For each period, of each own row: what is fixed.
  package var demand: [[Double]]
  package var lines: [Line] = []
  /// Own rows whose angle is given.
  package var references: [(row: Int, angle: Double)] = []
  package var units: [Unit] = []
  package var stores: [Store] = []
  package var links: [Link] = []

  package init(hours: [Double], rowCount: Int, ownRowCount: Int) {
    self.hours = hours
    self.rowCount = rowCount
    self.ownRowCount = ownRowCount
    demand = hours.map { _ in [Double](repeating: 0, count: ownRowCount) }
  }
}

/// What a region does in one period.
package struct HorizonDecision: Sendable, Equatable {
  /// Injection of each unit.
  package var units: [Double]
  /// Injection of each store, negative while it takes.
  package var stores: [Double]
  /// Of each line, from `from` to `to`.
  package var flows: [Double]

  package init(units: [Double] = [], stores: [Double] = [], flows: [Double] = []) {
    self.units = units
    self.stores = stores
    self.flows = flows
  }
}
