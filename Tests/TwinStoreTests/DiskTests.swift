import Foundation
import SQLiteTwinStore
import StoreWriter
import Testing
import TwinStore

/// Disks that fill up or break down under an open store: real ones, of 16 MB.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct DiskTests {
  static let hasDisks = SmallDisk.obstacle == nil
  static let reason: Comment = "no small disk can be mounted here: \(SmallDisk.obstacle ?? "")"

  @Test(
    "A full disk refuses the tick, keeps those before, and takes the tick once there is space",
    .enabled(if: DiskTests.hasDisks, DiskTests.reason))
  func full() throws {
    let disk = try SmallDisk()
    var last: Int64 = -1
    do {
      let store = try SQLiteStore(at: disk.store)
      let era = try store.raiseEra()
      last = try commit(to: store, era: era, from: 0, count: 5)
      try disk.fill(leaving: 300)
      let refused = try refusal(of: store, era: era, from: &last)
      #expect(refused == .full(path: disk.store))
      #expect(try store.lastCommit() == KnownCommits.commit(last))
      for _ in 0..<3 {
        #expect(throws: StoreError.full(path: disk.store)) {
          try store.commit(KnownCommits.commit(last + 1), era: era)
        }
      }
      #expect(try store.lastCommit() == KnownCommits.commit(last))
    }
    try expectPrefix(at: disk.store, last: last)
    try disk.free()
    try expectPrefix(at: disk.store, last: last)
    let store = try SQLiteStore(at: disk.store)
    let era = try store.raiseEra()
    #expect(try commit(to: store, era: era, from: last + 1, count: 5) == last + 5)
  }

  @Test(
    "A store that met a full disk goes on without being opened again",
    .enabled(if: DiskTests.hasDisks, DiskTests.reason))
  func fullAndFree() throws {
    let disk = try SmallDisk()
    let store = try SQLiteStore(at: disk.store)
    let era = try store.raiseEra()
    var last = try commit(to: store, era: era, from: 0, count: 5)
    try disk.fill(leaving: 300)
    _ = try refusal(of: store, era: era, from: &last)
    try disk.free()
    last = try commit(to: store, era: era, from: last + 1, count: 20)
    try expectPrefix(at: disk.store, last: last)
  }

  @Test(
    "On a full disk no new store is made", .enabled(if: DiskTests.hasDisks, DiskTests.reason))
  func fullFromTheStart() throws {
    let disk = try SmallDisk()
    try disk.fill(leaving: 8)
    #expect(throws: StoreError.full(path: disk.store)) { _ = try SQLiteStore(at: disk.store) }
    try disk.free()
    #expect(try SQLiteStore(at: disk.store).raiseEra() == 1)
  }

  @Test(
    "A disk that turns read-only refuses the tick and keeps those before",
    .enabled(if: DiskTests.hasDisks, DiskTests.reason))
  func readOnly() throws {
    let disk = try SmallDisk()
    var last: Int64 = -1
    do {
      let store = try SQLiteStore(at: disk.store)
      let era = try store.raiseEra()
      last = try commit(to: store, era: era, from: 0, count: 20)
      try disk.breakDown()
      for _ in 0..<3 {
        #expect(throws: StoreError.readOnly(path: disk.store)) {
          try store.commit(KnownCommits.commit(last + 1), era: era)
        }
        #expect(throws: StoreError.readOnly(path: disk.store)) { _ = try store.raiseEra() }
      }
      #expect(try store.lastCommit() == KnownCommits.commit(last))
    }
    #expect(throws: StoreError.readOnly(path: disk.store)) {
      _ = try SQLiteStore(at: disk.store)
    }
    try expectPrefix(at: disk.store, last: last)
    try disk.repair()
    try expectPrefix(at: disk.store, last: last)
    let store = try SQLiteStore(at: disk.store)
    _ = try commit(to: store, era: try store.raiseEra(), from: last + 1, count: 5)
  }

  /// Commits until the store refuses.
  private func refusal(
    of store: SQLiteStore, era: Int64, from last: inout Int64
  ) throws -> StoreError? {
    for _ in 0..<1_000 {
      do { try store.commit(KnownCommits.commit(last + 1), era: era) } catch { return error }
      last += 1
    }
    return nil
  }

  private func commit(
    to store: SQLiteStore, era: Int64, from first: Int64, count: Int64
  ) throws -> Int64 {
    for tick in first..<first + count { try store.commit(KnownCommits.commit(tick), era: era) }
    return first + count - 1
  }

  /// Whoever opens the file finds every tick up to the last one, and no other byte.
  private func expectPrefix(at path: String, last: Int64) throws {
    let reader = try StoreReader(at: path)
    #expect(try reader.faults() == [])
    let kept = try #require(try reader.ticks())
    #expect(kept == 0...last)
    for commit in try reader.commits(in: kept, of: Set(KnownCommits.segments)) {
      #expect(commit == KnownCommits.commit(commit.tick))
    }
  }
}
