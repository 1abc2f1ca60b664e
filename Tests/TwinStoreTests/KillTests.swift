import Foundation
import SQLiteTwinStore
import SeededRandom
import StoreWriter
import Testing
import TwinStore

/// A process that commits is killed at random moments; what it leaves must be a committed prefix.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct KillTests {
  /// Every fifth may hit the opening; the others hit a commit or the moment between two. Where a
  /// kill falls is the machine's to say: a busy one needs more of them to hit both.
  static let kills = 200...800
  /// So that deleting old ticks is killed too.
  static let retention: Int64 = 16
  static let longestLife_ms: UInt64 = 30

  @Test("After each of 200 kills or more a store holds what was committed, and no other byte")
  func kills() throws {
    let scratch = try Scratch()
    var generator = SeededGenerator(seed: 2030)
    var known = Known()
    var tally = Tally()
    for number in 0..<Self.kills.upperBound {
      if number >= Self.kills.lowerBound, tally.hitBoth { break }
      let life_ms = Double(generator.next() % (Self.longestLife_ms * 1_000)) / 1_000
      let said = try WriterProcess.run(
        at: scratch.store, retention: Self.retention, for: life_ms, onceOpen: number % 5 > 0)
      tally.count(said)
      try known.check(scratch.store, after: said)
    }
    #expect(tally.hitBoth, "Kills inside a commit and between commits: \(tally)")
    #expect(known.tick > Self.retention, "Old ticks were deleted: \(known)")
    print("kills: \(tally), \(known.tick + 1) ticks committed, era \(known.era)")
  }

  @Test("A coordinator's process has the store until it is killed, and no longer")
  func lockEndsWithProcess() throws {
    let scratch = try Scratch()
    var holder: Int32 = 0
    _ = try WriterProcess.run(
      at: scratch.store, retention: Self.retention, for: 0, onceOpen: true
    ) { pid throws in
      holder = pid
      #expect(throws: StoreError.locked(path: scratch.store, pid: pid)) {
        _ = try SQLiteStore(at: scratch.store)
      }
      #expect(try StoreReader(at: scratch.store).faults() == [], "Readers are let in.")
    }
    #expect(holder > 0)
    _ = try SQLiteStore(at: scratch.store)
  }

  @Test("Whatever a power cut leaves of the log, a store holds a committed prefix")
  func powerCuts() throws {
    let scratch = try Scratch()
    let store = try SQLiteStore(at: scratch.store, retention: Self.retention)
    let era = try store.raiseEra()
    let last: Int64 = 24
    for tick in 0...last { try store.commit(KnownCommits.commit(tick), era: era) }
    let log = try Data(contentsOf: URL(fileURLWithPath: scratch.store + "-wal"))
    var generator = SeededGenerator(seed: 2031)
    var ends: Set<Int64> = []
    for number in 0..<40 {
      let copy = try Scratch()
      try FileManager.default.copyItem(atPath: scratch.store, toPath: copy.store)
      // The end never came, or its place was taken and its bytes never came.
      let kept = Int(generator.next() % UInt64(log.count))
      var torn = log.prefix(kept)
      if number % 2 == 0 { torn.append(Data(count: log.count - kept)) }
      try torn.write(to: URL(fileURLWithPath: copy.store + "-wal"))
      var known = Known()
      try known.check(copy.store, after: WriterProcess.Said(begun: last))
      ends.insert(known.tick)
    }
    #expect(ends.count > 10, "The cuts fell on different ticks: \(ends.sorted())")
    try store.commit(KnownCommits.commit(last + 1), era: era)
  }

  @Test("The check finds a changed byte, a lost tick and a lost era")
  func checkWorks() throws {
    let scratch = try Scratch()
    do {
      let store = try SQLiteStore(at: scratch.store)
      let era = try store.raiseEra()
      for tick in 0..<5 as Range<Int64> { try store.commit(KnownCommits.commit(tick), era: era) }
    }
    let said = WriterProcess.Said(era: 1, begun: 4, done: 4)
    var known = Known()
    try known.check(scratch.store, after: said)
    func expectFinding(_ statement: String) throws {
      let copy = try Scratch()
      try FileManager.default.copyItem(atPath: scratch.store, toPath: copy.store)
      try RawDatabase.execute(statement, at: copy.store)
      #expect(throws: Known.Broken.self, "\(statement)") {
        var fresh = Known()
        try fresh.check(copy.store, after: said)
      }
    }
    try expectFinding("UPDATE state SET state = zeroblob(9) WHERE tick = 2 AND position = 1")
    try expectFinding("DELETE FROM state WHERE tick = 2 AND position = 1")
    try expectFinding("DELETE FROM tick WHERE tick = 4")
    try expectFinding("UPDATE twin SET era = 0")
  }

  /// How the kills fell.
  private struct Tally: CustomStringConvertible {
    var opening = 0
    var inside = 0
    var between = 0
    var hitBoth: Bool { inside >= 20 && between >= 5 }

    mutating func count(_ said: WriterProcess.Said) {
      guard let begun = said.begun else {
        opening += 1
        return
      }
      if said.done == begun { between += 1 } else { inside += 1 }
    }

    var description: String {
      "\(opening) at the opening, \(inside) inside a commit, \(between) between"
    }
  }
}

/// What must be in a store, as far as its writers have said.
struct Known {
  private(set) var era: Int64 = 0
  private(set) var tick: Int64 = -1
  /// What was checked before, because to make it takes longer than to compare it.
  private var written: [Int64: Commit] = [:]

  struct Broken: Error { let why: String }

  /// Opens the store as the next coordinator would and compares every byte.
  mutating func check(_ path: String, after said: WriterProcess.Said) throws {
    era = max(era, said.era ?? 0)
    tick = max(tick, said.done ?? -1)
    do {
      let store = try SQLiteStore(at: path, retention: KillTests.retention)
      let last = try store.lastCommit()
      try require((last?.tick ?? -1) >= tick, "tick \(tick) was committed and is gone")
      // A commit that was under way may have come through; none after it can.
      try require((last?.tick ?? -1) <= max(tick, said.begun ?? -1), "a tick that nobody began")
      if let last {
        try require(last == KnownCommits.commit(last.tick), "tick \(last.tick) has other bytes")
      }
      tick = last?.tick ?? -1
      let risen = try store.raiseEra()
      try require(risen > era, "era \(era) was raised and is gone")
      era = risen
    }
    let reader = try StoreReader(at: path)
    let faults = try reader.faults()
    try require(faults.isEmpty, "\(faults)")
    guard let kept = try reader.ticks() else { return }
    let commits = try reader.commits(in: kept, of: Set(KnownCommits.segments))
    try require(commits.map(\.tick) == Array(kept), "the kept ticks have a gap")
    for commit in commits {
      let written = written[commit.tick] ?? KnownCommits.commit(commit.tick)
      self.written[commit.tick] = written
      try require(commit == written, "tick \(commit.tick) has other bytes")
    }
  }

  private func require(_ isSo: Bool, _ why: String) throws {
    if !isSo { throw Broken(why: why) }
  }
}
