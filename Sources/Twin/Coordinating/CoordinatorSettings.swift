/// How patient a coordinator is.
package struct CoordinatorSettings: Sendable, Equatable {
  /// Tells this start of a coordinator from all others: two stores may both be in era 5. A process
  /// draws it at random.
  package var reign: Int64 = 0
  package var heartbeats = Heartbeats()
  /// Without a single node for this long the twin ends; `nil` waits for ever.
  package var patience: Duration? = .seconds(10)
  /// A coordinator that starts on a store with ticks waits this long for all nodes of the placement,
  /// and then goes on with those that came.
  package var restartGrace = Duration.seconds(2)
  /// A tick that stands still for this long is explained.
  package var stall = Duration.seconds(2)

  package init() {}
}
