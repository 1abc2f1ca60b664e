import Distributed

/// The name of a method on the wire.
///
/// The runtime names a target `Module.Type.scale(by:)`; the wire carries `scale(by:)`, which does not
/// change when a type moves.
enum StableName {
  static func of(_ target: RemoteCallTarget) -> String { strip(target.description) }

  /// What follows the last dot: argument labels contain none.
  static func strip(_ description: String) -> String {
    guard let dot = description.lastIndex(of: ".") else { return description }
    return String(description[description.index(after: dot)...])
  }
}
