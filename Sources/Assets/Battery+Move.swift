import GridModel

extension Battery {
  /// The energy that the document gives it at the start.
  package var initialEnergy_MWh: Double { min(max(energy_MWh * soc_pct / 100, 0), energy_MWh) }

  /// What the battery is asked to do at a second of the day: the first entry that holds, nothing
  /// between entries, and the power as written if there is no schedule at all.
  ///
  /// An entry that ends before it begins goes on after midnight.
  func setPoint_MW(at secondOfDay: Int64) -> Double {
    guard !schedule.isEmpty else { return p_MW }
    return schedule.first { $0.holds(at: secondOfDay) }?.p_MW ?? 0
  }

  /// Follows a set-point for a while as far as power limits and energy allow, and returns the power
  /// that it gave on average, negative when charging.
  ///
  /// With the efficiency η of a full cycle, each way keeps √η:
  ///
  ///     charging     ΔE = -P t √η
  ///     discharging  ΔE = -P t / √η
  ///
  /// The energy stays between zero and `energy_MWh`, to the bit.
  func move(setPoint_MW: Double, hours: Double, energy_MWh energy: inout Double) -> Double {
    let wanted_MW = min(max(setPoint_MW, pLimits_MW.lowerBound), pLimits_MW.upperBound)
    let kept = (efficiency_pct / 100).squareRoot()
    if wanted_MW < 0 {
      let room = energy_MWh - energy
      let stored = -wanted_MW * hours * kept
      guard stored < room else {
        energy = energy_MWh
        return -(room / (kept * hours))
      }
      energy = min(energy + stored, energy_MWh)
      return wanted_MW
    }
    let drawn = wanted_MW * hours / kept
    guard drawn < energy else {
      defer { energy = 0 }
      return energy * kept / hours
    }
    energy -= drawn
    return wanted_MW
  }
}

extension Battery.ScheduleEntry {
  fileprivate func holds(at secondOfDay: Int64) -> Bool {
    from_s < until_s
      ? from_s <= secondOfDay && secondOfDay < until_s
      : from_s <= secondOfDay || secondOfDay < until_s
  }
}
