import Foundation
import GRDB
import GRDBSQLite
import Synchronization
import TwinStore

/// The store of a coordinator that outlives its process: one SQLite file.
///
///     let store = try SQLiteStore(at: "data/store.sqlite")
///
/// Each commit is one transaction and is on the disk when the call returns, so neither `kill -9` nor
/// a power cut takes a committed tick back or leaves half a one. The file belongs to one open store
/// at a time; `StoreReader` reads it meanwhile. A call that fails leaves the file as it was, and the
/// next one may succeed: after a full disk was cleared, for example.
public final class SQLiteStore: Store {
  /// What the file is called in the directory of a twin.
  public static let fileName = "store.sqlite"
  /// How many ticks are kept unless someone says otherwise: a hundred days of quarter hours.
  public static let defaultRetention: Int64 = 10_000
  /// A tick's powers follow from the state before it, so one tick alone tells nothing.
  public static let minimumRetention: Int64 = 2

  private let path: String
  private let retention: Int64
  private let connection: DatabaseQueue
  private let lock: StoreLock
  private let last = Mutex(LastCommit.unknown)

  /// What is known about the last commit without asking the file.
  private enum LastCommit {
    case unknown
    case known(Commit?)
  }

  /// Opens a store, or makes an empty one where there is none, with its directory.
  ///
  /// - Parameters:
  ///   - path: of the file; SQLite and the lock put files of their own beside it.
  ///   - retention: how many of the latest ticks to keep, at least two.
  /// - Throws: `locked` while another store has it open; `otherLayout`, `readOnly`, `full`,
  ///   `damaged` or `unusable`.
  public init(at path: String, retention: Int64 = defaultRetention) throws(StoreError) {
    precondition(retention >= Self.minimumRetention, "A store keeps at least two ticks.")
    self.path = path
    self.retention = retention
    lock = try StoreLock(besideStoreAt: path)
    var configuration = Configuration()
    configuration.label = "store"
    configuration.busyMode = .timeout(StoreConnection.patience_s)
    connection = try StoreConnection.open(path, configuration)
    try StoreConnection.access(connection, path) { database in
      try StoreTables.refuseOthers(database, path)
      try StoreTables.choosePersistence(database, path)
    }
    try StoreConnection.transaction(connection, path) { database in
      try StoreTables.createIfEmpty(database)
    }
  }

  /// The file is closed before others may have it.
  deinit { try? connection.close() }

  public func claim(_ label: StoreLabel, slices: [StoredSlice]) throws(StoreError) {
    try transaction { database in
      if let stored = try StoreTables.label(database) { return try stored.check(label) }
      try StoreTables.write(label, slices, database)
    }
  }

  public func slice(of segment: String) throws(StoreError) -> [UInt8]? {
    try transaction { try StoreTables.slice(of: segment, $0) }
  }

  public func raiseEra() throws(StoreError) -> Int64 {
    try transaction { database in
      let era = try StoreTables.era(database) + 1
      try StoreTables.write(era: era, database)
      return era
    }
  }

  public func raiseEra(from era: Int64) throws(StoreError) -> Int64 {
    try transaction { database in
      try Self.check(era, database)
      try StoreTables.write(era: era + 1, database)
      return era + 1
    }
  }

  public func commit(_ commit: Commit, era: Int64) throws(StoreError) {
    try last.withLock { (last) throws(StoreError) in
      last = .unknown
      try transaction { database in
        try Self.check(era, database)
        let expected = (try StoreTables.ticks(database)?.upperBound ?? -1) + 1
        guard commit.tick == expected else {
          throw StoreError.wrongTick(given: commit.tick, expected: expected)
        }
        try StoreTables.write(commit, era: era, database)
        try StoreTables.trim(keeping: retention, upTo: commit.tick, database)
      }
      last = .known(commit)
    }
  }

  public func lastCommit() throws(StoreError) -> Commit? {
    try last.withLock { (last) throws(StoreError) in
      if case .known(let commit) = last { return commit }
      let commit = try transaction { database -> Commit? in
        guard let tick = try StoreTables.ticks(database)?.upperBound else { return nil }
        return try StoreTables.commits(in: tick...tick, of: nil, database).first
      }
      last = .known(commit)
      return commit
    }
  }

  /// How commits reach the disk, as SQLite itself says.
  package func persistence() throws(StoreError) -> (journal: String, synchronous: Int64) {
    try StoreConnection.access(connection, path) { try StoreTables.persistence($0) }
  }

  private static func check(_ era: Int64, _ database: Database) throws {
    let current = try StoreTables.era(database)
    guard era == current else { throw StoreError.staleEra(given: era, current: current) }
  }

  private func transaction<Answer>(
    _ body: (Database) throws -> Answer
  ) throws(StoreError) -> Answer {
    try StoreConnection.transaction(connection, path, body)
  }
}
