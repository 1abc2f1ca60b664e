/// A topology without faults, and what its author should know about it.
public struct ReadTopology: Sendable, Equatable {
  public var topology: Topology
  public var warnings: [Finding]
}
