import GridModel

/// What was decided for some assets in a tick, with the sign of their kind.
public struct SetPoints: Sendable, Equatable {
  /// One asset's power, of which it does as much as it can.
  public struct Entry: Sendable, Equatable {
    public let asset: ElementReference
    public let p_MW: Double

    public init(asset: ElementReference, p_MW: Double) {
      self.asset = asset
      self.p_MW = p_MW
    }
  }

  /// In the order in which they were written.
  public private(set) var entries: [Entry] = []
  private var places: [ElementReference: Int] = [:]

  public init() {}

  public init(_ entries: [Entry]) {
    for entry in entries { self[entry.asset] = entry.p_MW }
  }

  public var isEmpty: Bool { entries.isEmpty }

  public subscript(asset: ElementReference) -> Double? {
    get { places[asset].map { entries[$0].p_MW } }
    set {
      guard let newValue, newValue.isFinite else { return }
      if let place = places[asset] {
        entries[place] = Entry(asset: asset, p_MW: newValue)
      } else {
        places[asset] = entries.count
        entries.append(Entry(asset: asset, p_MW: newValue))
      }
    }
  }

  /// Generators do as they are told; plants give at most what sun and wind allow; loads keep the
  /// ratio of their powers. Batteries were asked already.
  func apply(to powers: inout FleetPowers) {
    func change(_ list: inout [AssetPower], _ rule: (AssetPower, Double) -> AssetPower) {
      for place in list.indices {
        guard let p_MW = self[list[place].asset] else { continue }
        list[place] = rule(list[place], p_MW)
      }
    }
    func scaled(_ power: AssetPower, to p_MW: Double) -> AssetPower {
      var power = power
      if power.p_MW != 0 { power.q_Mvar *= p_MW / power.p_MW }
      power.p_MW = p_MW
      return power
    }
    change(&powers.generators) { power, p_MW in
      var power = power
      power.p_MW = p_MW
      return power
    }
    change(&powers.photovoltaics) { scaled($0, to: min(max(0, $1), $0.p_MW)) }
    change(&powers.windTurbines) { scaled($0, to: min(max(0, $1), $0.p_MW)) }
    change(&powers.loads) { $0.p_MW > 0 ? scaled($0, to: max(0, $1)) : $0 }
  }
}
