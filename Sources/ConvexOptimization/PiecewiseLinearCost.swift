/// A convex cost of straight pieces, f(x) = max over pieces of slope x + intercept.
///
/// Before the first point and after the last the outer pieces go on.
///
/// Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, sections 3.2.3 and 4.3.1.
public struct PiecewiseLinearCost: Sendable, Equatable {
  public struct Piece: Sendable, Equatable {
    public var slope: Double
    public var intercept: Double

    public init(slope: Double, intercept: Double) {
      self.slope = slope
      self.intercept = intercept
    }
  }

  /// One for each pair of neighbouring points, without repetition; at least one.
  public let pieces: [Piece]

  /// A slope may fall by this share of the steepest: breakpoints that are written with few digits make
  /// it fall. The cost is then the larger of both pieces, as MATPOWER takes it.
  static let slopeTolerance = 1e-4
  /// Slopes that differ by no more than this share belong to one piece.
  static let equality = 1e-12

  /// The cost through two or more points, given as (x, cost) with x rising.
  ///
  /// Pieces of one slope become one. Throws when a point is not finite, when x does not rise or when
  /// a slope falls, which no convex cost does.
  public init(through points: [(x: Double, cost: Double)]) throws(PiecewiseLinearCostError) {
    guard points.count >= 2 else { throw .tooFewPoints(points.count) }
    for (position, point) in points.enumerated() {
      guard point.x.isFinite, point.cost.isFinite else { throw .notFinite(point: position) }
      guard position == 0 || points[position - 1].x < point.x else {
        throw .notRising(point: position)
      }
    }
    let slopes = zip(points, points.dropFirst()).map { ($1.cost - $0.cost) / ($1.x - $0.x) }
    let steepest = slopes.reduce(0) { max($0, abs($1)) }
    var pieces: [Piece] = []
    for (position, slope) in slopes.enumerated() {
      let point = points[position]
      let piece = Piece(slope: slope, intercept: point.cost - slope * point.x)
      guard let last = pieces.last else {
        pieces.append(piece)
        continue
      }
      if slope < last.slope - Self.slopeTolerance * steepest {
        throw .notConvex(point: position, before: last.slope, after: slope)
      }
      if abs(slope - last.slope) > Self.equality * steepest { pieces.append(piece) }
    }
    self.pieces = pieces
  }

  /// f(x).
  public func callAsFunction(_ x: Double) -> Double {
    pieces.reduce(-.infinity) { max($0, $1.slope * x + $1.intercept) }
  }
}

/// Why points make no convex cost. Points count from 0.
public enum PiecewiseLinearCostError: Error, Equatable {
  case tooFewPoints(Int)
  case notFinite(point: Int)
  case notRising(point: Int)
  case notConvex(point: Int, before: Double, after: Double)
}

extension PiecewiseLinearCostError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewPoints(let count): "a piecewise-linear cost has two points or more, not \(count)"
    case .notFinite(let point): "point \(point + 1) is not a finite number"
    case .notRising(let point): "point \(point + 1) does not lie beyond the point before it"
    case .notConvex(let point, let before, let after):
      "the cost is not convex: its slope falls from \(before) to \(after) at point \(point + 1)"
    }
  }
}
