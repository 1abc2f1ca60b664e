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
    @Sendable (_ spread: @escaping @Sendable (SignedDenyList) async -> Void) async -> Void

  /// The URI that a node of a twin must show.
  static func uri(of node: NodeName, in twin: String) -> String? {
    let role = node == Coordinator.nodeName ? TwinRole.coordinator : .node
    return try? PeerIdentity(twin: twin, role: role, name: node.rawValue).uri
  }

  /// Who is called by others and has this URI; nil for an operator, whom nobody calls.
  private static func node(with uri: String) -> NodeName? {
    PeerIdentity(uri: uri).flatMap { $0.role == .operator ? nil : CallTable.node(of: $0) }
  }

  /// Somebody who is done before his certificate ends.
  init(_ security: TwinSecurity) {
    who = security.identity
    let twin = who.twin
    transport = TransportSecurity(
      tls: security.tls, name: { Self.uri(of: $0, in: twin) }, node: { Self.node(with: $0) })
    keep = {}
    followDenyList = { _ in }
    take = { _ in }
  }

  private init(
    who: PeerIdentity, transport: TransportSecurity, keep: @escaping @Sendable () async -> Void,
    followDenyList: @escaping DenyListFollower = { _ in },
    take: @escaping @Sendable (SignedDenyList) -> Void = { _ in }
  ) {
    self.who = who
    self.transport = transport
    self.keep = keep
    self.followDenyList = followDenyList
    self.take = take
  }

  /// Somebody who asks the processes of a twin and serves nothing.
  static func asking(_ folder: IdentityFolder) throws -> ProcessIdentity {
    try ProcessIdentity(TwinSecurity(folder, admitting: [.coordinator, .node]))
  }

  private static func tell(_ event: CertificateKeeper.Event, of name: String, _ log: Logger) {
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
}

// MARK: A coordinator's

extension ProcessIdentity {
  /// The coordinator of a twin: it has the issuer, and makes its own certificates.
  ///
  /// - Parameter folders: made by `PkiSetup` when they are missing.
  static func coordinator(
    twin: String, _ folders: PkiFolders, lifetime: Duration, _ log: Logger
  ) throws -> ProcessIdentity {
    _ = try PkiSetup(twin: twin, folders: folders).complete(at: Date())
    let issuer = try folders.issuer()
    let identity = try PeerIdentity(
      twin: twin, role: .coordinator, name: Coordinator.nodeName.rawValue)
    let own = IdentityFolder(folders.coordinatorItself)
    try own.keep(issuer.issue(identity, to: own.key(), at: Date(), lifetime: lifetime))
    let security = try TwinSecurity(
      own, admitting: [.coordinator, .node, .operator], issues: true,
      onRefusal: ProcessLog.refusals(log))
    var desk = EnrolmentDesk(
      issuer: issuer, record: try folders.coordinator.record(), lifetime: lifetime)
    if let list = try folders.coordinator.denyList() { try desk.use(list, at: Date()) }
    let shared = SharedDesk(desk, folders.coordinator)
    return ProcessIdentity(
      who: identity,
      transport: TransportSecurity(
        tls: security.tls, name: { uri(of: $0, in: twin) }, node: { node(with: $0) },
        wrap: { shared.responder(around: $0) }),
      keep: {
        await CertificateKeeper(
          security, renew: { try security.renew(by: issuer, lifetime: lifetime) },
          onEvent: { tell($0, of: "the coordinator", log) }
        ).run()
      },
      followDenyList: { spread in
        await DenyListWatch(
          folders.coordinator,
          onChange: { list in
            take(list, by: security, log)
            do { try shared.take(list) } catch { complain(error, log) }
            await spread(list)
          }, onFailure: { log.error("the deny list cannot be read: \($0)") }
        ).run()
      })
  }

  private static func take(_ list: SignedDenyList, by security: TwinSecurity, _ log: Logger) {
    do { try security.take(list) } catch { complain(error, log) }
  }

  private static func complain(_ error: any Error, _ log: Logger) {
    log.error("the deny list was not taken: \(error)")
  }
}

/// The desk of a coordinator, which a new deny list must reach.
private final class SharedDesk: Sendable {
  private let desk: EnrolmentDesk
  private let folder: AuthorityFolder
  private let responder = Guarded<EnrolmentResponder<AnyHTTP2Responder>?>(nil)

  init(_ desk: EnrolmentDesk, _ folder: AuthorityFolder) {
    self.desk = desk
    self.folder = folder
  }

  func responder(around next: AnyHTTP2Responder) -> any HTTP2Responder {
    let made = EnrolmentResponder(desk, folder: folder, next: next)
    responder.withLock { $0 = made }
    return made
  }

  func take(_ list: SignedDenyList) throws { try responder.withLock { $0 }?.take(list) }
}

// MARK: A node's

extension ProcessIdentity {
  /// A node: it has a certificate, or gets one with a token.
  ///
  /// - Parameters:
  ///   - token: a file, or `-` for standard input; needed for the first certificate only.
  ///   - wait: how long to look for the coordinator.
  static func node(
    _ name: String, twin: String, folder path: String, token: String?, coordinator: NodeAddress,
    wait: Duration, _ log: Logger
  ) async throws -> ProcessIdentity {
    let folder = IdentityFolder(path)
    let identity = try PeerIdentity(twin: twin, role: .node, name: name)
    if let known = try folder.load() {
      guard known.identity == identity else {
        throw Refusal(
          "\(path) is the folder of \(known.identity), not of \(identity); give this process one of "
            + "its own with --identity DIR", code: .badInput)
      }
    } else {
      try await enrol(identity, folder, token: token, coordinator, wait: wait)
    }
    let security = try TwinSecurity(
      folder, admitting: [.coordinator, .node, .operator], onRefusal: ProcessLog.refusals(log))
    return ProcessIdentity(
      who: identity,
      transport: TransportSecurity(
        tls: security.tls, name: { uri(of: $0, in: twin) }, node: { node(with: $0) }),
      keep: {
        await CertificateKeeper(
          security,
          renew: {
            try await Enrolment.renew(
              security, host: coordinator.host, port: coordinator.port, on: SharedLoop.group)
          }, onEvent: { tell($0, of: "node \(name)", log) }
        ).run()
      }, take: { take($0, by: security, log) })
  }

  /// - Parameter words: of the command that makes the token.
  static func noCertificate(_ folder: IdentityFolder, _ words: String) -> Refusal {
    Refusal(
      "there is no certificate in \(folder.folder.path); make a token with 'busbar pki token "
        + "\(words) --out FILE' where the coordinator's folder is, and give it with --token-file FILE",
      code: .badInput)
  }

  private static func enrol(
    _ identity: PeerIdentity, _ folder: IdentityFolder, token: String?, _ coordinator: NodeAddress,
    wait: Duration
  ) async throws {
    guard let token else {
      throw noCertificate(folder, "--node \(ShellWord.quote(identity.name))")
    }
    let deadline = ContinuousClock.now + wait
    while true {
      do {
        // It may be written a moment later, as in a container that starts first.
        let line = try TokenFile.read(token)
        guard line.identity == identity else {
          throw Refusal("the token in \(token) is for \(line.identity)", code: .badInput)
        }
        try await Enrolment.enrol(
          folder, with: line, host: coordinator.host, port: coordinator.port, on: SharedLoop.group)
        if token != "-" { try? FileManager.default.removeItem(atPath: token) }
        return
      } catch let failure as Enrolment.Failure where failure.isFinal {
        throw Refusal("no certificate for \(identity): \(failure)", code: .unreachable)
      } catch let refusal as Refusal {
        throw refusal
      } catch {
        try Task.checkCancellation()
        guard token != "-", ContinuousClock.now < deadline else {
          throw Refusal("no certificate for \(identity): \(error)", code: .unreachable)
        }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }
}

// MARK: An operator's

extension ProcessIdentity {
  /// The name of whoever sits at the coordinator's machine.
  static let localOperator = "local"

  /// Somebody who looks at a twin from the machine of its coordinator: the issuer is at hand.
  static func localOperator(twin: String, _ folders: PkiFolders) throws -> ProcessIdentity {
    let identity = try PeerIdentity(twin: twin, role: .operator, name: localOperator)
    let own = IdentityFolder("\(folders.coordinator.folder.path)/operator")
    try own.folder.prepare()
    try own.folder.exclusively {
      let known = try own.load()
      if let known, Date() < known.chain.halfLife { return }
      try own.keep(
        folders.issuer().issue(
          identity, to: own.key(), at: Date(), lifetime: CertificateAuthority.Lifetime.leaf))
    }
    return try asking(own)
  }
}

// MARK: A process of a benchmark

extension ProcessIdentity {
  /// A process whose certificate is there and outlives it.
  static func lasting(_ folder: IdentityFolder) throws -> ProcessIdentity {
    try ProcessIdentity(TwinSecurity(folder, admitting: [.node]))
  }
}

// MARK: Processes that this one starts

/// Lets processes of this machine join without anybody's doing: each gets a folder and, as long as it
/// has no certificate, a token in a file of its own.
struct LocalEnrolment: Sendable {
  let twin: String
  let folders: PkiFolders
  /// Where the folders of the processes are.
  let directory: String

  init(twin: String, directory: String) {
    self.twin = twin
    self.directory = directory
    folders = PkiFolders(
      root: AuthorityFolder(PkiFolders.root(in: directory)),
      coordinator: AuthorityFolder(PkiFolders.coordinator(in: directory)))
  }

  /// The words that let a node's process join.
  func arguments(for node: String) throws -> [String] {
    let name = node.replacing("/", with: "%2F")
    let folder = "\(directory)/identity/nodes/\(name)"
    var words = ["--identity=\(folder)"]
    let known = try IdentityFolder(folder).load()
    // A certificate that ended lately still gets the next one.
    if let known, Date() < known.chain.notAfter { return words }
    if known != nil { try FileManager.default.removeItem(atPath: folder) }
    let token = "\(directory)/identity/nodes/\(name).token"
    try PrivateFolder("\(directory)/identity/nodes").prepare()
    try? FileManager.default.removeItem(atPath: token)
    try TokenFile.write(
      JoinToken(
        for: PeerIdentity(twin: twin, role: .node, name: node), by: folders.issuer(), at: Date()),
      to: token)
    words.append("--token-file=\(token)")
    return words
  }
}
