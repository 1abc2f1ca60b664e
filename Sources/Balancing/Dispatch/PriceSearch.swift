/// Finds the price at which an answer that never falls meets a demand: Newton's method on straight
/// pieces, which ends exactly, kept inside a bracket.
struct PriceSearch: Sendable {
  private var low = -Double.infinity
  private var high = Double.infinity
  private var evaluations = 0

  enum Verdict: Sendable, Equatable {
    case next(price: Double)
    /// Where units do not care they share by this part of the way from least to most.
    case found(share: Double)
    /// No price meets the demand.
    case impossible
  }

  /// Per unit of the demand.
  private static let tolerance = 1e-13
  /// From here on every other step halves the bracket.
  private static let newtonLimit = 6

  mutating func judge(_ response: UnitResponse, at price: Double, demand: Double) -> Verdict {
    evaluations += 1
    let slack = Self.tolerance * max(1, abs(demand))
    if demand >= response.least - slack, demand <= response.most + slack {
      let span = response.most - response.least
      let share = span > 0 ? (demand - response.least) / span : 0
      return .found(share: min(max(share, 0), 1))
    }
    var next: Double
    if demand > response.most {
      low = price
      next =
        response.rise > 0 ? price + (demand - response.most) / response.rise : response.kinkAbove
    } else {
      high = price
      next =
        response.fall > 0 ? price - (response.least - demand) / response.fall : response.kinkBelow
    }
    guard next.isFinite else { return .impossible }
    if !(next > low && next < high) || evaluations > Self.newtonLimit && evaluations % 2 == 0 {
      if low.isFinite, high.isFinite {
        next = (low + high) / 2
        if !(next > low && next < high) { return .impossible }
      }
    }
    return .next(price: next)
  }
}
