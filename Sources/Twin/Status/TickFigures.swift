import WireCodec

/// The figures of a committed tick that a glance is for.
package struct TickFigures: Sendable, Equatable, Codable, WireCodable {
  package var tick: Int64
  /// Its time in the twin.
  package var time: String
  package var load_MW: Double
  package var photovoltaic_MW: Double
  package var wind_MW: Double
  package var import_MW: Double
  /// The lowest voltage, and the bus that has it.
  package var lowest: SegmentReport.Extreme?
  package var violations: Int

  package init(
    tick: Int64, time: String, load_MW: Double, photovoltaic_MW: Double, wind_MW: Double,
    import_MW: Double, lowest: SegmentReport.Extreme?, violations: Int
  ) {
    self.tick = tick
    self.time = time
    self.load_MW = load_MW
    self.photovoltaic_MW = photovoltaic_MW
    self.wind_MW = wind_MW
    self.import_MW = import_MW
    self.lowest = lowest
    self.violations = violations
  }

  init(_ report: TickReport) {
    self.init(
      tick: report.tick, time: report.time.description, load_MW: report.totals.load_MW,
      photovoltaic_MW: report.totals.photovoltaic_MW, wind_MW: report.totals.wind_MW,
      import_MW: report.totals.import_MW, lowest: report.lowest, violations: report.violations)
  }
}
