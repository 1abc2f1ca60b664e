import Foundation
import GridModel
import PowerFlow
import Quantities
import SQLiteTwinStore
import Twin
import TwinStore
import WireCodec

/// The history that a store holds, of a directory or on the wire.
struct StoredHistory {
  let history: History

  private let source: any CommitSource
  private let kept: ClosedRange<Int64>

  /// Something that is not there, said in a sentence.
  struct Missing: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  /// Ticks that are read at once: a store is never held for longer than that takes.
  private static let ticksAtOnce: Int64 = 64

  init(in directory: String) async throws {
    let path = URL(fileURLWithPath: directory).appending(path: SQLiteStore.fileName).path
    let shown = ShellWord.quote(directory)
    guard FileManager.default.fileExists(atPath: path) else {
      throw Missing(
        "there is no store in \(shown); 'busbar up -f TOPOLOGY --data \(shown)' makes one")
    }
    try await self.init(
      try StoreReader(at: path), path: path, place: "in \(shown)",
      advice: "busbar ps --data \(shown)")
  }

  /// - Parameters:
  ///   - path: of the store, or the URL of its coordinator.
  ///   - place: the same in a sentence.
  ///   - advice: the command that shows how the twin is.
  init(
    _ source: any CommitSource, path: String, place: String, advice: String
  ) async throws {
    self.source = source
    let slices = try await source.slices()
    guard let kept = try await source.ticks(), !slices.isEmpty else {
      throw Missing("the store \(place) holds no tick yet; '\(advice)' shows how the twin is")
    }
    self.kept = kept
    do {
      history = History(try slices.map { try SegmentSlice(decoding: $0.bytes) })
    } catch {
      throw StoreError.unusable(
        path: path, why: "its slices are of another Busbar or damaged (\(error))")
    }
  }

  /// The ticks to show, with what must be said about them.
  func range(from: Int64?, to: Int64?) throws -> (ticks: ClosedRange<Int64>, notes: [String]) {
    // Of a tick in the middle the powers follow from the state before it.
    let first = kept.lowerBound == 0 ? 0 : kept.lowerBound + 1
    let begin = max(from ?? first, first)
    let end = min(to ?? kept.upperBound, kept.upperBound)
    guard begin <= end else {
      throw Missing(
        first <= kept.upperBound
          ? "the store can show ticks \(first) to \(kept.upperBound), and none of them was asked for"
          : "the store has one tick only, and its powers follow from the one before; wait for the next"
      )
    }
    var notes: [String] = []
    if first > from ?? 0 {
      notes.append(
        "the states before tick \(kept.lowerBound) are not kept any more; history begins with tick "
          + "\(first)")
    }
    if let to, to > kept.upperBound {
      notes.append("the last committed tick is \(kept.upperBound)")
    }
    return (begin...end, notes)
  }

  /// Computes the reports of a segment, tick by tick.
  func reports(
    of segment: SegmentPlan.ID, in ticks: ClosedRange<Int64>,
    _ use: (_ tick: Int64, _ time: Timestamp, History.PastTick) throws -> Void
  ) async throws {
    let sources = Set(history.sources(of: segment).map(\.text))
    var begin = ticks.lowerBound
    while begin <= ticks.upperBound {
      let end = min(ticks.upperBound, begin + Self.ticksAtOnce - 1)
      let commits = try await source.commits(in: max(0, begin - 1)...end, of: sources)
      var before: Commit?
      for commit in commits {
        // The coordinator may have deleted old ticks since they were counted.
        if commit.tick >= begin, commit.tick == 0 || before != nil {
          try use(
            commit.tick, history.time.time(of: commit.tick),
            try history.report(of: segment, before: before, after: commit))
        }
        before = commit
      }
      begin = end + 1
    }
  }
}
