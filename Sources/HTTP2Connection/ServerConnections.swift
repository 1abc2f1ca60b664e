/// The connections that a server has accepted and not yet closed.
final class ServerConnections: Sendable {
  /// A connection came when there were too many, or after the server began to close.
  struct Full: Error {}

  private struct State {
    var open: [ObjectIdentifier: ServerConnection] = [:]
    var takesMore = true
  }

  /// Of those that were let in.
  let tally = ConnectionTally()
  private let limit: Int
  private let state = Guarded(State())

  init(limit: Int) { self.limit = limit }

  var all: [ServerConnection] { state.withLock { Array($0.open.values) } }

  /// Keeps a connection until it closes.
  ///
  /// - Throws: `Full`, upon which the connection is closed.
  func add(_ connection: ServerConnection) throws(Full) {
    let id = connection.id
    let isKept = state.withLock { state in
      guard state.takesMore, state.open.count < limit else { return false }
      state.open[id] = connection
      return true
    }
    guard isKept else { throw Full() }
    connection.whenClosed { _ = self.state.withLock { $0.open.removeValue(forKey: id) } }
  }

  /// Returns the connections that are open, after which none is added.
  func stopAdding() -> [ServerConnection] {
    state.withLock { state in
      state.takesMore = false
      return Array(state.open.values)
    }
  }
}
