/// Sine, cosine and exponential from plain arithmetic.
///
/// A C library chooses its variant of these by processor and version, and the last bit may differ.
/// A segment that moves to another machine must repeat its tick with the same bits; basic
/// operations on `Double` are the same everywhere. The error is a few units in the last place.
enum PortableMath {
  /// For angles of up to a few thousand turns.
  static func sine(_ angle: Double) -> Double { quadrant(of: angle, turnedBy: 0) }

  /// For angles of up to a few thousand turns.
  static func cosine(_ angle: Double) -> Double { quadrant(of: angle, turnedBy: 1) }

  /// eˣ = 2ⁿ eʳ with |r| ≤ ½ ln 2, eʳ by its series.
  static func exponential(_ x: Double) -> Double {
    // Below, the result is no longer a normal number; nothing here needs it.
    guard x > -700 else { return 0 }
    precondition(x < 700, "The exponential fits into a Double.")
    let n = (x / ln2).rounded()
    let r = (x - n * ln2High) - n * ln2Low
    var term = 1.0
    var sum = 1.0
    for k in 1...14 {
      term *= r / Double(k)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(n), significand: sum)
  }

  /// The sine of an angle and a number of quarter turns, by the series around the nearest multiple
  /// of a quarter turn.
  private static func quadrant(of angle: Double, turnedBy quarters: Int) -> Double {
    let n = (angle / (.pi / 2)).rounded()
    let r = (angle - n * quarterTurnHigh) - n * quarterTurnLow
    switch (Int(n) + quarters) & 3 {
    case 0: return series(r, first: r, after: 1)
    case 1: return series(r, first: 1, after: 0)
    case 2: return -series(r, first: r, after: 1)
    default: return -series(r, first: 1, after: 0)
    }
  }

  /// rᵏ/k! - rᵏ⁺²/(k+2)! + …, with k = 1 for the sine and 0 for the cosine.
  private static func series(_ r: Double, first: Double, after k: Int) -> Double {
    var term = first
    var sum = first
    for j in stride(from: k + 1, through: k + 17, by: 2) {
      term *= -r * r / Double(j * (j + 1))
      sum += term
    }
    return sum
  }

  // Each constant in two parts; the first has trailing zeros, so that n times it is exact.
  private static let quarterTurnHigh = 0x1.921fb544p+0
  private static let quarterTurnLow = 0x1.0b4611a626331p-34
  private static let ln2 = 0x1.62e42fefa39efp-1
  private static let ln2High = 0x1.62e42feep-1
  private static let ln2Low = 0x1.a39ef35793c76p-33
}

/// Goes from 0 to 1 without a kink: 3 x² - 2 x³, and flat outside.
func smoothStep(_ x: Double) -> Double {
  let x = min(max(x, 0), 1)
  return x * x * (3 - 2 * x)
}
