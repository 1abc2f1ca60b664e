/// The connections that a server has accepted and not yet closed.
///
///     accepted ──▶ stranger ──proved──▶ peer        in plaintext everybody is a peer at once
///                     └──shown out for a newer one, or closed
///
/// Strangers have few places of their own, so that they never take those of peers. When all are taken the
/// oldest stranger goes: a peer proves who it is within milliseconds, so who stays longest has no reason to.
final class ServerConnections: Sendable {
  /// A connection came when there were too many, or after the server began to close.
  struct Full: Error, CustomStringConvertible {
    let description = "there are too many connections already"
  }

  private struct State {
    var open: [ObjectIdentifier: ServerConnection] = [:]
    /// The oldest first.
    var strangers: [ObjectIdentifier] = []
    var peers: Set<ObjectIdentifier> = []
    var takesMore = true

    mutating func forget(_ id: ObjectIdentifier) {
      open.removeValue(forKey: id)
      peers.remove(id)
      strangers.removeAll { $0 == id }
    }
  }

  /// Of those that were let in.
  let tally = ConnectionTally()
  let budget: BufferBudget
  private let peerLimit: Int
  private let strangerLimit: Int
  private let state = Guarded(State())

  /// - Parameter hasStrangers: whether peers must prove who they are.
  init(_ limits: HTTP2Limits, hasStrangers: Bool) {
    let all = min(limits.connections, OpenFiles.forConnections)
    strangerLimit = hasStrangers ? min(limits.strangers, max(1, all / 2)) : 0
    peerLimit = max(1, all - strangerLimit)
    budget = BufferBudget(limits.bufferedBytesInAll)
  }

  var all: [ServerConnection] { state.withLock { Array($0.open.values) } }

  /// Keeps a connection until it closes.
  ///
  /// - Parameter isStranger: whether its peer must prove who it is.
  /// - Returns: the stranger that was shown out for it.
  /// - Throws: `Full`, upon which the connection is closed.
  func add(_ connection: ServerConnection, isStranger: Bool) throws(Full) -> ServerConnection? {
    let id = connection.id
    let (isKept, oldest) = state.withLock { state -> (Bool, ServerConnection?) in
      guard state.takesMore else { return (false, nil) }
      var oldest: ServerConnection?
      if isStranger {
        if state.strangers.count >= strangerLimit {
          oldest = state.open[state.strangers.removeFirst()]
        }
        state.strangers.append(id)
      } else {
        guard state.peers.count < peerLimit else { return (false, nil) }
        state.peers.insert(id)
      }
      state.open[id] = connection
      return (true, oldest)
    }
    guard isKept else { throw Full() }
    connection.whenClosed { self.state.withLock { $0.forget(id) } }
    oldest?.abort()
    return oldest
  }

  /// A stranger has proved who it is.
  ///
  /// - Throws: `Full`, upon which the connection is closed; also when it was shown out meanwhile.
  func prove(_ id: ObjectIdentifier) throws(Full) {
    let isKept = state.withLock { state in
      // It may have been shown out meanwhile, or be closed.
      guard let place = state.strangers.firstIndex(of: id), state.peers.count < peerLimit else {
        return false
      }
      state.strangers.remove(at: place)
      state.peers.insert(id)
      return true
    }
    guard isKept else { throw Full() }
  }

  /// Returns the connections that are open, after which none is added.
  func stopAdding() -> [ServerConnection] {
    state.withLock { state in
      state.takesMore = false
      return Array(state.open.values)
    }
  }
}
