/// A simulation in which a task waits, and nothing will ever wake it.
public struct SimulationStalled: Error, CustomStringConvertible {
  /// When it stopped.
  public let time: Duration

  public var description: String {
    "The simulation stands still at \(time): its main task waits for something that no job and no "
      + "timer will bring. A task may have been started outside the simulation."
  }
}
