/// Why a store did not do what it was asked.
public enum StoreError: Error, Equatable, Sendable {
  /// Another coordinator has raised the era since.
  case staleEra(given: Int64, current: Int64)
  /// A tick that is not the next one.
  case wrongTick(given: Int64, expected: Int64)
  /// The store is of a twin of another name.
  case otherTwin(stored: String, own: String)
  /// The store is of another topology, or of another seed or start, under the same name.
  case otherTopology(twin: String)
  /// The states were written in another layout.
  case otherVersion(stored: Int64, own: Int64)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .staleEra(let given, let current):
      "the store is in era \(current) and takes nothing from era \(given): another coordinator "
        + "has started"
    case .wrongTick(let given, let expected):
      "tick \(given) cannot be committed; the next one is tick \(expected)"
    case .otherTwin(let stored, let own):
      "the store is of the twin '\(stored)', not of '\(own)'; give each twin a directory of its own "
        + "with --data"
    case .otherTopology(let twin):
      "the store is of another '\(twin)': its grid, its segments, its start or its seed has changed; "
        + "start with an empty directory (--data), or with the topology that the store was made from"
    case .otherVersion(let stored, let own):
      "the store has states of schema \(stored), and this Busbar reads schema \(own); start with an "
        + "empty directory (--data), or go on with the Busbar that wrote it"
    }
  }
}
