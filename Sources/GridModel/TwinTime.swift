import Quantities

/// The ticks of the twin: when the first begins, how long each is, how many there are.
public struct TwinTime: Sendable, Codable, Equatable {
  public var start = Timestamp(secondsSince1970: 0)
  public var step_s: Int64 = 900
  public var steps: Int64 = 96
  /// Every random draw is keyed by (seed, asset, tick).
  public var seed: UInt64 = 1

  public init() {}

  /// The time at which a tick begins; tick 0 begins at the start.
  public func time(of tick: Int64) -> Timestamp { start.advanced(by: tick * step_s) }
}
