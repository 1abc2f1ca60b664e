import Foundation

/// A `StoreWriter` in a process of its own.
enum WriterProcess {
  /// What it has said until its end.
  struct Said {
    var era: Int64?
    var begun: Int64?
    var done: Int64?
    var error: String?
  }

  /// Beside the running test bundle, whatever the configuration and the scratch path.
  private static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "StoreWriter")

  /// Lets it commit and kills it after a time, counted from its start or from when the store is
  /// open.
  ///
  /// - Parameter meanwhile: what to do before it is killed, with its process.
  static func run(
    at path: String, retention: Int64, for life_ms: Double, onceOpen: Bool,
    meanwhile: (Int32) throws -> Void = { _ in }
  ) throws -> Said {
    let process = Process()
    let output = Pipe()
    process.executableURL = executable
    process.arguments = [path, "\(retention)"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    var text = onceOpen ? output.fileHandleForReading.availableData : Data()
    Thread.sleep(forTimeInterval: life_ms / 1_000)
    let outcome = Result { try meanwhile(process.processIdentifier) }
    kill(process.processIdentifier, SIGKILL)
    text += try output.fileHandleForReading.readToEnd() ?? Data()
    // Its output has ended, so this takes no longer than the kernel needs to say so.
    while process.isRunning { usleep(500) }
    try outcome.get()
    return Said(String(decoding: text, as: UTF8.self))
  }
}

extension WriterProcess.Said {
  /// The last line may be cut.
  fileprivate init(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      switch words[0] {
      case "era": era = Int64(words[1])
      case "begin": begun = Int64(words[1])
      case "done": done = Int64(words[1])
      case "error": error = String(words[1])
      default: break
      }
    }
  }
}
