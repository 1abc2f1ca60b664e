import DCOptimalFlow

extension DispatchProblem.Duty {
  /// What the units inject at a price, in per unit. Where a unit does not care, half of what it may.
  func injections(at price: Double) -> [Double] {
    units.map { unit in
      let response = UnitResponse(unit, price: price)
      return (response.least + response.most) / 2
    }
  }

  /// What is still missing at a price, in per unit.
  func shortage(at price: Double) -> Double {
    injections(at: price).reduce(demand) { $0 - $1 }
  }

  /// How fast the injections rise with the price where no limit binds: Σ 1 / 2a. Units with straight
  /// costs jump, and are left out.
  var slope: Double {
    units.reduce(0) { sum, unit in
      guard case .quadratic(let quadratic, _, _) = unit.cost, quadratic > 0 else { return sum }
      return sum + 1 / (2 * quadratic)
    }
  }

  /// The price at the middle of the units' ranges, weighed by their capacities; zero without any.
  var middlePrice: Double {
    var (sum, capacity) = (0.0, 0.0)
    for unit in units where unit.capacity > 0 && unit.capacity.isFinite {
      sum += unit.marginalCost / 2 * unit.capacity
      capacity += unit.capacity
    }
    return capacity > 0 ? sum / capacity : 0
  }
}

extension DispatchProblem {
  /// Of each agent's neighbours: 1 / (1 + the larger of both degrees), so that the weights of each agent
  /// and its own remainder sum to one, from both ends alike.
  ///
  /// Source: L. Xiao, S. Boyd, S. Lall, "A scheme for robust distributed sensor fusion based on average
  /// consensus", IPSN 2005.
  var metropolisWeights: [[Double]] {
    neighbors.map { list in
      list.map { 1 / Double(1 + max(list.count, neighbors[$0].count)) }
    }
  }
}
