import Foundation

/// A join token on its way: in a file that only its owner can read, or through a pipe.
public enum TokenFile {
  /// Longer than any token.
  private static let largest = 8192

  /// Reads a token.
  ///
  /// - Parameter path: `-` for standard input.
  /// - Throws: `PrivateFolder.Refusal` or `JoinToken.Unreadable`.
  public static func read(_ path: String) throws -> JoinToken {
    guard path != "-" else {
      let bytes = try FileHandle.standardInput.read(upToCount: largest) ?? Data()
      return try JoinToken(line: String(decoding: bytes, as: UTF8.self))
    }
    let bytes = try PrivateFolder.secret(at: path)
    return try JoinToken(line: String(decoding: bytes.prefix(largest), as: UTF8.self))
  }

  /// Writes a token to a new file of mode 0600.
  public static func write(_ token: JoinToken, to path: String) throws {
    try PrivateFolder.writeSecret(Array("\(token.line)\n".utf8), to: path)
  }
}
