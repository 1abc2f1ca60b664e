import ActorCluster
import Foundation
import HTTP2Connection
import Logging
import Twin
import TwinEnrolment
import TwinIdentity

/// Who a process of a twin is while it runs, and what keeps its certificate fresh.
struct ProcessIdentity: Sendable {
  /// What its certificate says.
  let who: PeerIdentity
  let transport: TransportSecurity
  /// Keeps the certificate fresh, until it is cancelled.
  let keep: @Sendable () async -> Void
  /// Tells each deny list that is there at the start or made later, until it is cancelled. Only a
  /// coordinator's folder has new ones.
  let followDenyList: DenyListFollower
  /// Takes a list that came from the coordinator.
  let take: @Sendable (SignedDenyList) -> Void

  typealias DenyListFollower =
    @Sendable (_ spread: @escaping @Sendable (SignedDenyList, _ words: String) async -> Void)
    async -> Void

  /// The URI that a node of a twin must show.
  static func uri(of node: NodeName, in twin: String) -> String? {
    let role = node == Coordinator.nodeName ? TwinRole.coordinator : .node
    return try? PeerIdentity(twin: twin, role: role, name: node.rawValue).uri
  }

  /// Who is called by others and has this URI; nil for an operator, whom nobody calls.
  private static func node(with uri: String) -> NodeName? {
    PeerIdentity(uri: uri).flatMap { $0.role == .operator ? nil : CallTable.node(of: $0) }
  }

  /// Somebody with a certificate.
  ///
  /// - Parameters:
  ///   - wrap: puts a responder of other requests around the one of calls.
  ///   - keep: left out by who is done before his certificate ends.
  init(
    _ security: TwinSecurity,
    wrap: @escaping @Sendable (AnyHTTP2Responder) -> any HTTP2Responder = { $0 },
    keep: @escaping @Sendable () async -> Void = {},
    followDenyList: @escaping DenyListFollower = { _ in },
    take: @escaping @Sendable (SignedDenyList) -> Void = { _ in }
  ) {
    who = security.identity
    let twin = who.twin
    transport = TransportSecurity(
      tls: security.tls, name: { Self.uri(of: $0, in: twin) }, node: { Self.node(with: $0) },
      wrap: wrap)
    self.keep = keep
    self.followDenyList = followDenyList
    self.take = take
  }

  /// Somebody who asks the processes of a twin and serves nothing.
  static func asking(_ folder: IdentityFolder) throws -> ProcessIdentity {
    try ProcessIdentity(TwinSecurity(folder, admitting: [.coordinator, .node]))
  }

  /// A process whose certificate is there and outlives it.
  static func lasting(_ folder: IdentityFolder) throws -> ProcessIdentity {
    try ProcessIdentity(TwinSecurity(folder, admitting: [.node]))
  }

  static func tell(_ event: CertificateKeeper.Event, of name: String, _ log: Logger) {
    switch event {
    case .renewed: log.debug("the certificate of \(name) was renewed")
    case .failed(let why): log.warning("the certificate of \(name) could not be renewed: \(why)")
    case .alarm(let ends):
      log.error(
        """
        the certificate of \(name) ends at \(ends.formatted(.iso8601)) and was not renewed; see \
        whether the coordinator runs and whether the clocks agree
        """)
    }
  }

  static func take(_ list: SignedDenyList, by security: TwinSecurity, _ log: Logger) {
    do { try security.take(list) } catch { complain(error, log) }
  }

  static func complain(_ error: any Error, _ log: Logger) {
    log.error("the deny list was not taken: \(error)")
  }
}
