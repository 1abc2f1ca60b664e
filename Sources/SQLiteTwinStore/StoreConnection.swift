import GRDB
import GRDBSQLite
import TwinStore

/// How stores talk to SQLite: whatever goes wrong comes out as a `StoreError`.
enum StoreConnection {
  /// How long to wait for a reader that is just recovering the file after a crash.
  static let patience_s = 5.0

  static func open(
    _ path: String, _ configuration: Configuration
  ) throws(StoreError) -> DatabaseQueue {
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw StoreError(error, path: path, errno: 0)
    }
  }

  /// Everything in one transaction that is on the disk at the end, or nothing.
  static func transaction<Answer>(
    _ connection: DatabaseQueue, _ path: String, _ body: (Database) throws -> Answer
  ) throws(StoreError) -> Answer {
    try access(connection, path) { database in
      var answer: Answer?
      try database.inTransaction(database.configuration.readonly ? .deferred : .immediate) {
        answer = try body(database)
        return .commit
      }
      return answer!
    }
  }

  static func access<Answer>(
    _ connection: DatabaseQueue, _ path: String, _ body: (Database) throws -> Answer
  ) throws(StoreError) -> Answer {
    let result = connection.inDatabase { database -> Result<Answer, StoreError> in
      do {
        return .success(try body(database))
      } catch {
        return .failure(StoreError(error, path: path, errno: reason(for: error, database, path)))
      }
    }
    return try result.get()
  }

  /// The system's reason for a failure of input or output. SQLite keeps it for some failures; for
  /// others the disk is asked, but never by a reader.
  private static func reason(
    for error: any Error, _ database: Database, _ path: String
  ) -> Int32 {
    guard let code = (error as? DatabaseError)?.resultCode,
      code == .SQLITE_IOERR || code == .SQLITE_CANTOPEN
    else { return 0 }
    let kept = unsafe sqlite3_system_errno(database.sqliteConnection)
    if kept != 0 || database.configuration.readonly { return kept }
    return DiskProbe.reason(besideStoreAt: path)
  }
}
