import Foundation
import Synchronization

/// What to do when nobody reads the data any more, or it cannot be written.
enum LostOutput {
  private struct Ending: Sendable {
    var end: (@Sendable () -> Void)?
    var code: Int32?
  }
  private static let ending = Mutex(Ending())

  /// Ends by these means instead of at once: for a command that started processes which outlive it, and
  /// then ends with `code`.
  static func endGently(_ end: @escaping @Sendable () -> Void) { ending.withLock { $0.end = end } }

  /// What a command that ends gently ends with; nil while its output is taken.
  static var code: Int32? { ending.withLock { $0.code } }

  fileprivate static func end(_ code: Int32) {
    let end = ending.withLock { ending in
      ending.code = ending.code ?? code
      return ending.end
    }
    guard let end else { exit(code) }
    end()
  }
}

/// Writes a line of data to standard output.
///
/// A reader that has gone away (`| head`) wants no more: the process ends, and so does what it started.
/// Any other failure, such as a full disk, would lose data: the process ends with an error.
func printData(_ line: String) {
  guard LostOutput.code == nil else { return }
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  } catch {
    guard !isClosedPipe(error) else { return LostOutput.end(0) }
    printNote("error: the output cannot be written: \(TwinDirectory.reason(error))")
    LostOutput.end(1)
  }
}

/// Writes a line for the person at the terminal to standard error; if nobody reads it, it is lost.
func printNote(_ line: String) {
  // Nothing of ours says such a thing; a library's error might.
  let line = line.contains("PRIVATE KEY") ? "error: (hidden, since it holds a private key)" : line
  try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}

private func isClosedPipe(_ error: any Error) -> Bool {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return [error as NSError, underlying].contains {
    $0?.domain == NSPOSIXErrorDomain && $0?.code == Int(EPIPE)
  }
}
