import DCOptimalFlow

/// How units answer a price λ: with the injections that cost least less λ times what they inject. At a
/// price where a unit does not care, it may be anything between two.
///
/// A sum of answers is the answer of all: the words of a tree dispatch.
struct UnitResponse: Sendable, Equatable {
  /// Smallest and largest injection at this price.
  var least = 0.0
  var most = 0.0
  /// How fast the largest rises with a higher price, and the smallest falls with a lower one.
  var rise = 0.0
  var fall = 0.0
  /// The nearest prices below and above at which that changes.
  var kinkBelow = -Double.infinity
  var kinkAbove = Double.infinity

  static let wordCount = 6
  /// Stands for a unit without a limit, in per unit.
  private static let unlimited = 1e5

  init() {}

  init(words: ArraySlice<Double>) {
    let first = words.startIndex
    (least, most) = (words[first], words[first + 1])
    (rise, fall) = (words[first + 2], words[first + 3])
    (kinkBelow, kinkAbove) = (words[first + 4], words[first + 5])
  }

  var words: [Double] { [least, most, rise, fall, kinkBelow, kinkAbove] }

  mutating func add(_ other: UnitResponse) {
    least += other.least
    most += other.most
    rise += other.rise
    fall += other.fall
    kinkBelow = max(kinkBelow, other.kinkBelow)
    kinkAbove = min(kinkAbove, other.kinkAbove)
  }

  init(_ unit: DCUnit, price: Double) {
    let lower = max(unit.lower, -Self.unlimited)
    let upper = min(unit.upper, Self.unlimited)
    switch unit.cost {
    case .quadratic(let quadratic, let linear, _) where quadratic > 0:
      let (low, high) = (linear + 2 * quadratic * lower, linear + 2 * quadratic * upper)
      let injection = min(max((price - linear) / (2 * quadratic), lower), upper)
      (least, most) = (injection, injection)
      if price >= low, price < high { rise = 1 / (2 * quadratic) }
      if price > low, price <= high { fall = 1 / (2 * quadratic) }
      bend(at: low, price)
      bend(at: high, price)
    case .quadratic(_, let linear, _):
      least = price > linear ? upper : lower
      most = price >= linear ? upper : lower
      bend(at: linear, price)
    case .piecewise(let cost):
      // Where one piece ends the next begins: the injection at which two lines meet.
      (least, most) = (lower, lower)
      var start = lower
      for (number, piece) in cost.pieces.enumerated() {
        var end = upper
        if number + 1 < cost.pieces.count {
          let next = cost.pieces[number + 1]
          end = (piece.intercept - next.intercept) / (next.slope - piece.slope)
        }
        end = min(max(end, start), upper)
        if price > piece.slope { least = end }
        if price >= piece.slope { most = end }
        bend(at: piece.slope, price)
        start = end
      }
    }
  }

  private mutating func bend(at kink: Double, _ price: Double) {
    if kink < price { kinkBelow = max(kinkBelow, kink) }
    if kink > price { kinkAbove = min(kinkAbove, kink) }
  }
}
