import HTTP2Connection
import NIOCore

extension HTTP2Peer {
  private enum SearchEvent {
    case made(HTTP2ClientConnection)
    case failed(NodeSearch.Place, HTTP2Error)
    case patienceIsOver
    case saw(String)
    case nothing
  }

  /// Looks for the node until it is found or there is nowhere left to look; what is under way then is
  /// given up, and waited for.
  func search(_ number: Int) async {
    let (sightings, continuation) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingNewest(1))
    let lastSeen = state.withLock { state in
      state.sightings = continuation
      return state.lastSeen
    }
    var search = NodeSearch(for: address.host, lastSeen: lastSeen)
    var why: HTTP2Error?
    var hasEnded = false
    await withTaskGroup(of: SearchEvent.self) { group in
      let first = search.begin()
      group.addTask { await self.attempt(first) }
      group.addTask { await Self.wait() }
      group.addTask { await Self.next(of: sightings) }
      while let event = await group.next() {
        var place: NodeSearch.Place?
        switch event {
        case .made(let connection):
          guard !hasEnded, let waiting = opened(connection) else {
            await connection.close()
            continue
          }
          hasEnded = true
          group.cancelAll()
          for call in waiting { send(call, on: connection) }
        case .failed(let at, let error):
          // What the operator wrote is what he can mend.
          if why == nil || at == .advertised { why = error }
          place = search.failed(at: at)
        case .patienceIsOver: place = search.patienceIsOver()
        case .saw(let host):
          place = search.saw(at: host)
          group.addTask { await Self.next(of: sightings) }
        case .nothing: break
        }
        guard !hasEnded else { continue }
        if let place { group.addTask { await self.attempt(place) } }
        if search.isOver {
          hasEnded = true
          group.cancelAll()
          for call in failed() { call.fail(ClusterError(why ?? .cancelled, of: node)) }
        }
      }
    }
    state.withLock { $0.searches[number] = nil }
  }

  private static func wait() async -> SearchEvent {
    (try? await Task.sleep(for: NodeSearch.patience)) == nil ? .nothing : .patienceIsOver
  }

  private static func next(of sightings: AsyncStream<String>) async -> SearchEvent {
    for await host in sightings { return .saw(host) }
    return .nothing
  }

  /// Between loopback addresses, of which a machine has many, a process calls from where it listens, as
  /// one in a container of its own does. Elsewhere the system knows better which address is heard.
  private func source(for host: String) -> String? {
    let isBeside = source.isLoopback && NodeAddress(host: host, port: 0).isLoopback
    let isSameKind = source.host.contains(":") == host.contains(":")
    return isBeside && isSameKind && source.isNumeric ? source.host : nil
  }

  private func attempt(_ place: NodeSearch.Place) async -> SearchEvent {
    var host = address.host
    if case .seen(let seen) = place { host = seen }
    do throws(HTTP2Error) {
      return .made(
        try await HTTP2ClientConnection.connect(
          host: host, port: address.port, on: group, limits: limits, timeout: connectTimeout,
          tls: security?.tls, expecting: security?.name(node), resolver: resolver,
          from: source(for: host)))
    } catch {
      return .failed(place, error)
    }
  }
}
