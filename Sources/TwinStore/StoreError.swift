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
  /// The file's tables are laid out by another Busbar.
  case otherLayout(path: String, stored: Int64, own: Int64)
  /// A coordinator has the store; its process, if that is known.
  case locked(path: String, pid: Int32?)
  /// The disk takes no more.
  case full(path: String)
  /// The file or its disk cannot be written.
  case readOnly(path: String)
  /// What the file holds is not what was written.
  case damaged(path: String, why: String)
  /// Anything else that keeps the file from being used.
  case unusable(path: String, why: String)
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
    case .otherLayout(let path, let stored, let own):
      "the store \(path) has tables of layout \(stored), and this Busbar has layout \(own); start "
        + "with an empty directory (--data), or go on with the Busbar that wrote it"
    case .locked(let path, let pid):
      "the store \(path) is held by another coordinator\(pid.map { ", process \($0)" } ?? ""); "
        + "'busbar ps --data \(Self.directory(of: path))' shows it, 'busbar down --data "
        + "\(Self.directory(of: path))' ends it"
    case .full(let path):
      "the disk of the store \(path) is full; free some space and start again: everything that was "
        + "committed is kept"
    case .readOnly(let path):
      "the store \(path) cannot be written; make its disk and its files writable and start again, "
        + "or give another directory (--data): everything that was committed is kept"
    case .damaged(let path, let why):
      "the store \(path) is damaged: \(why); bring back a copy of its directory, or start with an "
        + "empty one (--data)"
    case .unusable(let path, let why):
      "the store \(path) cannot be used: \(why); put that right, or give another directory (--data)"
    }
  }

  private static func directory(of path: String) -> Substring {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : path[..<slash]
  }
}
