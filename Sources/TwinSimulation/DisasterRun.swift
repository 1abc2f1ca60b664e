import ActorCluster
import GridModel
import SimulatedCluster
import Twin

/// Runs a twin through a disaster and judges it.
package struct DisasterRun: Sendable {
  package let disaster: Disaster
  package let settings: DisasterSettings

  /// A twin of which not even the first tick is committed in this time never will be.
  private static let formingLimit = Duration.seconds(60)
  /// Longer than any call waits.
  private static let farewell = Duration.seconds(10)
  /// How often the run looks whether it is over.
  private static let look = Duration.milliseconds(250)

  package init(_ disaster: Disaster, settings: DisasterSettings = DisasterSettings()) {
    self.disaster = disaster
    self.settings = settings
  }

  /// The hashes of the first ticks in a run in which nothing goes wrong.
  package static func expected(
    ticks: Int64, balancing: BalancingPlan.Algorithm = .schedule
  ) throws -> [UInt64] {
    var settings = DisasterSettings()
    settings.balancing = balancing
    settings.pace = .zero
    settings.maximumTicks = ticks
    return try DisasterRun(.none, settings: settings).run().hashes
  }

  /// Runs the disaster on this thread.
  ///
  /// - Throws: `SimulationStalled` when a task waits for ever, which is a fault of the simulation or
  ///   of the twin's shutting down.
  package func run() throws -> DisasterOutcome {
    let runtime = SimulatedRuntime(seed: disaster.seed)
    let world = try DisasterWorld(disaster, settings: settings, runtime: runtime)
    defer { runtime.forgetTimers() }
    try runtime.run {
      world.begin()
      while !isOver(world.progress, now: runtime.now) {
        try await runtime.sleep(for: Self.look)
      }
      world.judgeTheEnd()
      await world.shutDown()
    }
    let outcome = world.outcome
    // What is still on its way ends, or the tasks that wait for it are never freed.
    runtime.run(until: runtime.now + Self.farewell)
    world.network.forgetNodes()
    return outcome
  }

  private func isOver(_ progress: DisasterWorld.Progress, now: Duration) -> Bool {
    guard progress.ticks < settings.maximumTicks else { return true }
    guard let calm = progress.calm else { return now > Self.formingLimit }
    return now > calm + settings.limit
      || now > calm && progress.commitsSinceCalm >= settings.commitsAfterwards
  }
}
