import Distributed
import HTTP2Connection

/// Remembers the stable name of each method that this process calls.
///
/// The runtime names a target `Module.Type.scale(by:)`; the wire carries `scale(by:)`, which does not
/// change when a type moves.
final class StableNames: Sendable {
  private let names = Guarded<[String: String]>([:])

  func name(of target: RemoteCallTarget) -> String {
    let identifier = target.identifier
    return names.withLock { names in
      if let known = names[identifier] { return known }
      let name = Self.strip(target.description)
      names[identifier] = name
      return name
    }
  }

  /// What follows the last dot: argument labels contain none.
  static func strip(_ description: String) -> String {
    guard let dot = description.lastIndex(of: ".") else { return description }
    return String(description[description.index(after: dot)...])
  }
}
