/// Which round a piece of the joint power flow belongs to. Pieces of different stamps are never
/// summed.
package struct RoundStamp: Sendable, Hashable {
  /// Grows at every change of who owns what.
  package var era: Int64
  package var tick: Int64
  /// 0 at the start of a tick.
  package var iteration: Int64
  /// Grows at every switching.
  package var topologyVersion: Int64
  /// Grows whenever a row's role changes within a topology version.
  package var roleVersion: Int64

  package init(
    era: Int64, tick: Int64, iteration: Int64, topologyVersion: Int64, roleVersion: Int64
  ) {
    self.era = era
    self.tick = tick
    self.iteration = iteration
    self.topologyVersion = topologyVersion
    self.roleVersion = roleVersion
  }

  package func next() -> RoundStamp {
    var stamp = self
    stamp.iteration += 1
    return stamp
  }
}
