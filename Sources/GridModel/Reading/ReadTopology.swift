/// A topology without faults, and what its author should know about it.
public struct ReadTopology: Sendable, Equatable {
  public var topology: Topology
  public var warnings: [Finding]
  /// The file that the document takes its network from, as the document writes it.
  public var importedFile: String?
}
