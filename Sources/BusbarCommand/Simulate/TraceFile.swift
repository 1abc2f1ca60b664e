import ArgumentParser
import Foundation

/// A file that takes the traces of a run.
final class TraceFile: Sendable {
  private let path: String
  private let handle: FileHandle

  /// Makes the file, or ends with a sentence when it cannot be made.
  init(_ path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else {
      printNote("error: '\(path)' cannot be written; give --trace a file in a folder of yours")
      throw ExitCode.failure
    }
    self.path = path
    self.handle = handle
  }

  func write(_ lines: [String]) {
    let text = lines.map { $0 + "\n" }.joined()
    do { try handle.write(contentsOf: Data(text.utf8)) } catch {
      printNote("warning: the trace in '\(path)' is not whole: \(error.localizedDescription)")
    }
  }
}
