import GridModel
import SimulatedCluster
import TwinStore

/// How a disaster is run and judged.
package struct DisasterSettings: Sendable {
  /// From the beginning of one tick to the beginning of the next, on the coordinator's clock.
  package var pace = Disaster.pace
  /// Who finds the set-points.
  package var balancing = BalancingPlan.Algorithm.schedule
  /// How long a new commit may take after the last fault is over.
  package var limit = Duration.seconds(30)
  /// After so many commits since the last fault the run is over: the first shows that the twin goes on.
  package var commitsAfterwards = 1
  /// A process that ends by itself is started again after this, as a service manager would.
  package var restartDelay = Duration.milliseconds(500)
  /// How many of the last events and messages to keep; a trace takes time.
  package var traceLength = 0
  /// The run is over when this many ticks are committed, whatever is still to happen.
  package var maximumTicks = Int64.max
  /// The hash of each tick's commit; empty judges no bytes.
  package var expected: [UInt64] = []
  /// The store of the twin, for tests of the referee a broken one.
  package var makeStore: @Sendable () -> any Store = { MemoryStore() }
  /// Falsifies requests on their way, for tests of the referee.
  package var rewrite: SimulatedNetwork.Rewrite?

  package init() {}
}
