import ConvexOptimization
import GridModel
import Quantities

/// A grid in the DC approximation: voltages of one per unit, small angles, no losses. A row is a set of
/// buses that closed switches make one.
///
///     flow = b (θ_from - θ_to) - b φ
///
/// All values are in per unit and radians; costs are an hour's.
public struct DCGrid: Sendable {
  public let definition: DCDefinition
  public let base: PowerBase
  /// The bus that stands for each row.
  public let buses: [Bus.ID]
  /// Shape `[buses.count]`: what fixed loads and shunts draw, less what fixed sources inject.
  public let demand: [Double]
  public let branches: [DCBranch]
  public let units: [DCUnit]
  /// Rows whose angle is given: each reference, and the first row of an island that has none.
  public let references: [DCReference]
}

/// A branch element in service that joins two rows.
public struct DCBranch: Sendable {
  public let element: ElementReference
  public let from: Int
  public let to: Int
  /// b; negative for a series capacitor.
  public let susceptance: Double
  /// φ: the to end lags by this angle.
  public let shift: Double
  /// Largest flow either way; `nil` without a rating.
  public let rating: Double?
  /// Band of θ_from - θ_to.
  public let angleLimits: ClosedRange<Double>?

  /// Flow from `from` to `to` at two angles.
  public func flow(from: Double, to: Double) -> Double { susceptance * (from - to - shift) }

  /// The band of b (θ_from - θ_to) that rating and angle limits leave, `nil` where there is none. Its
  /// ends may cross, and no flow is allowed then.
  public var band: (lower: Double, upper: Double)? {
    guard rating != nil || angleLimits != nil else { return nil }
    var (lower, upper) = (-Double.infinity, Double.infinity)
    if let rating {
      lower = -rating + susceptance * shift
      upper = rating + susceptance * shift
    }
    if let angleLimits {
      let ends = (susceptance * angleLimits.lowerBound, susceptance * angleLimits.upperBound)
      lower = max(lower, min(ends.0, ends.1))
      upper = min(upper, max(ends.0, ends.1))
    }
    return (lower, upper)
  }
}

/// A generator, a dispatchable load (as a negative generator), or a source.
public struct DCUnit: Sendable {
  public let element: ElementReference
  public let row: Int
  /// Limits of the injection; infinite where there is none, equal where it is fixed.
  public let lower: Double
  public let upper: Double
  public let cost: DCCost

  package init(
    element: ElementReference, row: Int, lower: Double, upper: Double, cost: DCCost
  ) {
    self.element = element
    self.row = row
    self.lower = lower
    self.upper = upper
    self.cost = cost
  }
}

/// What an injection p costs an hour.
public enum DCCost: Sendable, Equatable {
  /// quadratic p² + linear p + constant
  case quadratic(Double, linear: Double, constant: Double)
  case piecewise(PiecewiseLinearCost)

  public static let none = DCCost.quadratic(0, linear: 0, constant: 0)

  public func callAsFunction(_ p: Double) -> Double {
    switch self {
    case .quadratic(let quadratic, let linear, let constant):
      (quadratic * p + linear) * p + constant
    case .piecewise(let cost): cost(p)
    }
  }
}

/// A row whose angle is given.
public struct DCReference: Sendable, Equatable {
  public let row: Int
  public let angle: Double
}

/// Why a grid has no DC approximation, or none with a convex cost.
public enum DCGridError: Error, Equatable {
  case noReactance(ElementReference)
  case costDegree(ElementReference, Int)
  case costNotConvex(ElementReference, String)
}

extension DCGridError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noReactance(let element):
      "\(element) has no reactance, and MATPOWER's DC flow divides by it; give it a small one, or use "
        + "the definition 'pglib'"
    case .costDegree(let element, let degree):
      "the cost of \(element) is a polynomial of degree \(degree); up to degree 2, or straight pieces, "
        + "can be optimised"
    case .costNotConvex(let element, let reason): "the cost of \(element): \(reason)"
    }
  }
}
