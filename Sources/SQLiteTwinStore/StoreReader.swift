import Foundation
import GRDB
import TwinStore

/// Reads what a store holds, also while a coordinator is writing it; it changes nothing.
public final class StoreReader: Sendable {
  private let path: String
  private let connection: DatabaseQueue

  /// Opens the file of a store.
  ///
  /// - Throws: `unusable` where there is none, `otherLayout`, or `damaged`.
  public init(at path: String) throws(StoreError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .unusable(path: path, why: "there is no such file")
    }
    self.path = path
    var configuration = Configuration()
    configuration.label = "store reader"
    configuration.readonly = true
    configuration.busyMode = .timeout(StoreConnection.patience_s)
    connection = try StoreConnection.open(path, configuration)
    try StoreConnection.access(connection, path) { try StoreTables.refuseOthers($0, path) }
  }

  /// Whose the store is; `nil` before it is claimed.
  public func label() throws(StoreError) -> StoreLabel? {
    try read { try StoreTables.isEmpty($0) ? nil : StoreTables.label($0) }
  }

  /// The slice of every segment that the twin has.
  public func slices() throws(StoreError) -> [StoredSlice] {
    try read { database in
      guard try !StoreTables.isEmpty(database) else { return [] }
      return try StoreTables.segments(database).map { segment in
        StoredSlice(
          segment: segment, bytes: try StoreTables.slice(of: segment, database) ?? [])
      }
    }
  }

  /// The kept ticks, which are all between the ends; `nil` before the first commit.
  public func ticks() throws(StoreError) -> ClosedRange<Int64>? {
    try read { try StoreTables.isEmpty($0) ? nil : StoreTables.ticks($0) }
  }

  /// The commits of some ticks, ascending, with the states of some segments only. A tick that is no
  /// longer kept, or not committed yet, is left out.
  public func commits(
    in ticks: ClosedRange<Int64>, of segments: Set<String>
  ) throws(StoreError) -> [Commit] {
    try read { try StoreTables.commits(in: ticks, of: segments, $0) }
  }

  /// What SQLite finds wrong with the file; empty when nothing is.
  package func faults() throws(StoreError) -> [String] {
    try read { database in
      try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
  }

  private func read<Answer>(_ body: (Database) throws -> Answer) throws(StoreError) -> Answer {
    try StoreConnection.transaction(connection, path, body)
  }
}

extension StoreReader: CommitSource {}
