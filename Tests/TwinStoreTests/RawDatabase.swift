import GRDB

/// A store's file without the store's rules.
enum RawDatabase {
  static func execute(_ statements: String, at path: String) throws {
    let connection = try DatabaseQueue(path: path)
    try connection.writeWithoutTransaction { try $0.execute(sql: statements) }
    try connection.close()
  }
}
