import Foundation
import SQLiteTwinStore
import TwinStore

/// Commits ticks with short pauses and says so, line by line, until it is killed:
///
///     era 3
///     begin 17
///     done 17
///     …
///
/// The line of a commit comes after it, so a tick that is `done` must outlive the kill.
@main
enum StoreWriter {
  /// Whoever forgets to kill it has it for this many ticks.
  static let maximumTicks = 100_000
  /// So that some kills hit the moment between two commits.
  static let longestPause_us: UInt64 = 2_000

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let retention = Int64(arguments[2]) else {
      print("usage: StoreWriter PATH RETENTION")
      exit(64)
    }
    do {
      let store = try SQLiteStore(at: arguments[1], retention: retention)
      let era = try store.raiseEra()
      try say("era \(era)")
      var generator = SplitMix(state: UInt64(bitPattern: era))
      for _ in 0..<maximumTicks {
        usleep(UInt32(generator.next() % longestPause_us))
        let tick = (try store.lastCommit()?.tick ?? -1) + 1
        try say("begin \(tick)")
        try store.commit(KnownCommits.commit(tick), era: era)
        try say("done \(tick)")
      }
    } catch let error as StoreError {
      try say("error \(error)")
      exit(1)
    }
  }

  private static func say(_ line: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  }
}
