import HTTP2Session
import NIOCore
import NIOPosix

/// Listens and answers requests through a responder.
public final class HTTP2Server: Sendable {
  /// The connections that wait to be accepted; more than a cluster's nodes connecting at once.
  private static let backlog: CInt = 256

  private let listener: any Channel
  private let connections: ServerConnections
  /// Where the server listens, such as `127.0.0.1:4242`.
  public let address: String
  /// The port it listens on; chosen by the system if 0 was asked for.
  public let port: Int

  private init(listener: any Channel, connections: ServerConnections, host: String) {
    self.listener = listener
    self.connections = connections
    port = listener.localAddress?.port ?? 0
    address = Address.text(host: host, port: port)
  }

  /// Hears, on the connection's loop, that a peer has proved who it is, and its address in numbers.
  public typealias PeerWatch = @Sendable (_ peer: HTTP2VerifiedPeer, _ host: String) -> Void

  /// Starts to listen, for HTTP/2 without an upgrade.
  ///
  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - tls: what peers must show; nil for plaintext.
  ///   - onPeer: hears of every verified peer that connects; not in plaintext.
  /// - Throws: `HTTP2BindError` with a sentence for the operator.
  public static func bind(
    host: String, port: Int, on group: any EventLoopGroup, limits: HTTP2Limits = .init(),
    tls: HTTP2Security? = nil, responder: any HTTP2Responder,
    onPeer: @escaping PeerWatch = { _, _ in }
  ) async throws -> HTTP2Server {
    let connections = ServerConnections(limits, hasStrangers: tls != nil)
    do {
      let listener = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: backlog)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: .busbar)
        .givingUpSilentPeers()
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let requests = ServerRequests(
              responder: responder, eventLoop: channel.eventLoop, tally: connections.tally,
              budget: connections.budget)
            let connection = ServerConnection(channel: channel, requests: requests)
            let shownOut = try connections.add(connection, isStranger: tls != nil)
            if let tls {
              if let shownOut { tls.report(shownOut.refusal(because: "too many strangers came")) }
              try requests.shakeHands(tls, limits, on: channel) { peer in
                try connections.prove(connection.id)
                if let peer, let host = channel.remoteAddress?.ipAddress { onPeer(peer, host) }
              }
            } else {
              try channel.pipeline.syncOperations.addHandler(requests.makeHandler(limits))
            }
          }
        }
        .bind(host: host, port: port).get()
      return HTTP2Server(listener: listener, connections: connections, host: host)
    } catch {
      let what = "cannot listen on \(Address.text(host: host, port: port))"
      throw HTTP2BindError(description: Address.sentence(what, because: error))
    }
  }

  /// Accepts nothing new, serves the requests that are open, then closes every connection.
  ///
  /// Clients hear of it first (GOAWAY), so that none loses a request that was on its way.
  ///
  /// - Parameter limit: after this the remaining requests are cancelled and their connections closed.
  public func drainAndClose(within limit: Duration = .seconds(5)) async {
    try? await listener.close().get()
    let remaining = connections.stopAdding()
    for connection in remaining { connection.drain(within: TimeAmount(limit)) }
    for connection in remaining { await connection.closed() }
  }

  /// What was accepted so far, and what became of it.
  public var connectionCounts: ConnectionTally.Counts { connections.tally.counts }

  /// How many streams are open over all connections, for tests.
  func openStreamCount() async -> Int {
    var count = 0
    for connection in connections.all { count += await connection.openStreamCount() }
    return count
  }

  /// Bodies held over all connections in bytes, for tests.
  func bufferedBytes() async -> Int {
    var count = 0
    for connection in connections.all { count += await connection.bufferedBytes() }
    return count
  }

  /// Cuts every connection without a word, as a killed process does, for tests.
  func abort() async {
    try? await listener.close().get()
    let remaining = connections.stopAdding()
    for connection in remaining { connection.abort() }
    for connection in remaining { await connection.closed() }
  }
}
