import Foundation
import SQLiteTwinStore
import SeededRandom
import TwinStore

/// Commits ticks with short pauses and says so, line by line, until it is killed:
///
///     era 3
///     begin 17
///     done 17
///     …
///
/// The line of a commit comes after it, so a tick that is `done` must outlive the kill. `measure` says
/// what a commit costs here.
@main
enum StoreWriter {
  /// Whoever forgets to kill it has it for this many ticks.
  static let maximumTicks = 100_000
  /// So that some kills hit the moment between two commits.
  static let longestPause_us: UInt64 = 4_000

  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 6, arguments[1] == "measure", let segments = Int(arguments[3]),
      let bytes = Int(arguments[4]), let ticks = Int64(arguments[5])
    {
      print(
        try CommitCost.measure(at: arguments[2], segments: segments, bytes: bytes, ticks: ticks))
      return
    }
    guard arguments.count == 3, let retention = Int64(arguments[2]) else {
      print("usage: StoreWriter PATH RETENTION | StoreWriter measure PATH SEGMENTS BYTES TICKS")
      exit(64)
    }
    do {
      let store = try SQLiteStore(at: arguments[1], retention: retention)
      let era = try store.raiseEra()
      try say("era \(era)")
      var generator = SeededGenerator(seed: UInt64(bitPattern: era))
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
