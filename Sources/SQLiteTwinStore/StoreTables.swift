import Foundation
import GRDB
import TwinStore

/// The tables of a store and every statement on them.
///
///     twin   one row: the era, and the label once the store is claimed
///     slice  a segment's slice of the topology
///     tick   a committed tick and the era that committed it
///     state  a segment's state after a tick
///
/// A segment's position in its commit is kept, so that a commit is read back in the order in which
/// it was given.
enum StoreTables {
  /// The number of this layout, in the file's `user_version`.
  static let layout: Int64 = 1
  /// `BUSB`: tells a store from the files of other programs.
  static let applicationID: Int64 = 0x4255_5342
  /// The most ticks that one commit deletes: a smaller retention than before must not hold up a tick.
  static let maximumTrimmed: Int64 = 64

  // MARK: The file

  /// Refuses a file that is not a store, or one of another layout; an empty file is neither.
  static func refuseOthers(_ database: Database, _ path: String) throws {
    guard try !isEmpty(database) else { return }
    guard try pragma("application_id", database) == applicationID else {
      throw StoreError.unusable(path: path, why: "it is a file of another program")
    }
    let stored = try pragma("user_version", database)
    guard stored == layout else {
      throw StoreError.otherLayout(path: path, stored: stored, own: layout)
    }
  }

  static func isEmpty(_ database: Database) throws -> Bool {
    try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
  }

  /// Chooses that a commit is on the disk when it returns, and that readers do not wait for it.
  static func choosePersistence(_ database: Database, _ path: String) throws {
    let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
    guard journal == "wal" else {
      throw StoreError.unusable(path: path, why: "its disk cannot share memory between processes")
    }
    try database.execute(sql: "PRAGMA synchronous = FULL")
  }

  static func persistence(_ database: Database) throws -> (journal: String, synchronous: Int64) {
    (
      journal: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "",
      synchronous: try pragma("synchronous", database)
    )
  }

  static func createIfEmpty(_ database: Database) throws {
    guard try isEmpty(database) else { return }
    try database.execute(
      sql: """
        CREATE TABLE twin (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          era INTEGER NOT NULL,
          name TEXT,
          topologyHash INTEGER,
          stateSchema INTEGER
        ) STRICT;
        CREATE TABLE slice (segment TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE tick (tick INTEGER PRIMARY KEY, era INTEGER NOT NULL) STRICT;
        CREATE TABLE state (
          tick INTEGER NOT NULL,
          position INTEGER NOT NULL,
          segment TEXT NOT NULL,
          state BLOB NOT NULL,
          PRIMARY KEY (tick, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO twin (id, era) VALUES (1, 0);
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(layout);
        """)
  }

  private static func pragma(_ name: String, _ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0
  }

  // MARK: The twin

  static func era(_ database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(sql: "SELECT era FROM twin")
    guard let era = try Int64.fetchOne(statement) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the row with the era is gone")
    }
    return era
  }

  static func write(era: Int64, _ database: Database) throws {
    try database.execute(sql: "UPDATE twin SET era = ?", arguments: [era])
  }

  static func label(_ database: Database) throws -> StoreLabel? {
    let row = try Row.fetchOne(
      database,
      sql: "SELECT name, topologyHash, stateSchema FROM twin WHERE name IS NOT NULL")
    return row.map { row in
      StoreLabel(
        twin: row[0], topologyHash: UInt64(bitPattern: row[1] as Int64), stateSchema: row[2])
    }
  }

  static func write(
    _ label: StoreLabel, _ slices: [StoredSlice], _ database: Database
  ) throws {
    try database.execute(
      sql: "UPDATE twin SET name = ?, topologyHash = ?, stateSchema = ?",
      arguments: [label.twin, Int64(bitPattern: label.topologyHash), label.stateSchema])
    for slice in slices {
      try database.execute(
        sql: "INSERT INTO slice (segment, bytes) VALUES (?, ?)",
        arguments: [slice.segment, Data(slice.bytes)])
    }
  }

  static func slice(of segment: String, _ database: Database) throws -> [UInt8]? {
    let bytes = try Data.fetchOne(
      database, sql: "SELECT bytes FROM slice WHERE segment = ?", arguments: [segment])
    return bytes.map(Array.init)
  }

  /// The segments that have a slice, in no order that means anything.
  static func segments(_ database: Database) throws -> [String] {
    try String.fetchAll(database, sql: "SELECT segment FROM slice ORDER BY segment")
  }

  // MARK: The ticks

  /// The kept ticks, which are all between the ends; `nil` before the first commit.
  static func ticks(_ database: Database) throws -> ClosedRange<Int64>? {
    // Two lookups at the ends of an index; both in one expression would read all of it.
    let statement = try database.cachedStatement(
      sql: "SELECT (SELECT min(tick) FROM tick), (SELECT max(tick) FROM tick)")
    guard let row = try Row.fetchOne(statement), let first = row[0] as Int64? else { return nil }
    return first...(row[1] as Int64)
  }

  static func write(_ commit: Commit, era: Int64, _ database: Database) throws {
    try database.cachedStatement(sql: "INSERT INTO tick (tick, era) VALUES (?, ?)")
      .execute(arguments: [commit.tick, era])
    let insert = try database.cachedStatement(
      sql: "INSERT INTO state (tick, position, segment, state) VALUES (?, ?, ?, ?)")
    for (position, record) in commit.states.enumerated() {
      try insert.execute(
        arguments: [commit.tick, position, record.segment, Data(record.state)])
    }
  }

  /// Deletes the oldest ticks beyond those that are kept, a limited number at once.
  static func trim(keeping count: Int64, upTo last: Int64, _ database: Database) throws {
    guard let first = try ticks(database)?.lowerBound, first <= last - count else { return }
    let end = min(last - count, first + maximumTrimmed - 1)
    for table in ["state", "tick"] {
      try database.cachedStatement(sql: "DELETE FROM \(table) WHERE tick <= ?")
        .execute(arguments: [end])
    }
  }

  /// The commits of some ticks, ascending, with the states of some segments or, for `nil`, of all.
  static func commits(
    in ticks: ClosedRange<Int64>, of segments: Set<String>?, _ database: Database
  ) throws -> [Commit] {
    let kept = try database.cachedStatement(
      sql: "SELECT tick FROM tick WHERE tick BETWEEN ? AND ? ORDER BY tick")
    var commits = try Int64.fetchAll(kept, arguments: [ticks.lowerBound, ticks.upperBound])
      .map { Commit(tick: $0, states: []) }
    let states = try database.cachedStatement(
      sql: """
        SELECT tick, segment, state FROM state WHERE tick BETWEEN ? AND ? ORDER BY tick, position
        """)
    let rows = try Row.fetchCursor(states, arguments: [ticks.lowerBound, ticks.upperBound])
    var place = 0
    while let row = try rows.next() {
      let segment: String = row[1]
      guard segments?.contains(segment) ?? true else { continue }
      let tick: Int64 = row[0]
      while place < commits.count, commits[place].tick < tick { place += 1 }
      guard place < commits.count, commits[place].tick == tick else {
        throw DatabaseError(
          resultCode: .SQLITE_CORRUPT, message: "tick \(tick) has states and was not committed")
      }
      commits[place].states.append(SegmentRecord(segment: segment, state: Array(row[2] as Data)))
    }
    return commits
  }
}
