import ActorCluster
import Foundation
import HTTP2Connection
import Logging
import Twin
import TwinEnrolment
import TwinIdentity

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
    let shared = SharedDesk(desk, folders.coordinator, onRefusal: { security.tls.report($0) })
    return ProcessIdentity(
      security, wrap: { shared.responder(around: $0) },
      keep: {
        await withDiscardingTaskGroup { group in
          group.addTask {
            await CertificateKeeper(
              security, renew: { try security.renew(by: shared.issuer, lifetime: lifetime) },
              onEvent: { tell($0, of: "the coordinator", log) }
            ).run()
          }
          group.addTask { await followIssuer(in: folders.coordinator, shared, log) }
        }
      },
      followDenyList: { spread in
        await FileWatch(
          every: denyListInterval, { try folders.coordinator.denyList() },
          onChange: { list in
            take(list, by: security, log)
            do { try shared.take(list) } catch { complain(error, log) }
            await spread(list, security.denied.description)
          }, onFailure: { log.error("the deny list cannot be read: \($0)") }
        ).run()
      })
  }

  /// A revoked peer should be gone within a second.
  private static let denyListInterval = Duration.milliseconds(250)
  /// An issuer is renewed half a year before it ends, and tokens of the new one are made at once.
  private static let issuerInterval = Duration.seconds(1)

  /// Signs with the issuer that `busbar pki init` has renewed, as soon as it is there.
  private static func followIssuer(
    in folder: AuthorityFolder, _ desk: SharedDesk, _ log: Logger
  ) async {
    await FileWatch(
      every: issuerInterval, { try folder.load() },
      onChange: { issuer in
        do { try desk.use(issuer) } catch { log.error("the issuer was not taken: \(error)") }
      }, onFailure: { log.error("the issuer cannot be read: \($0)") }
    ).run()
  }
}

/// The desk of a coordinator, which a new deny list must reach.
private final class SharedDesk: Sendable {
  private let desk: EnrolmentDesk
  private let folder: AuthorityFolder
  private let signer: Guarded<CertificateAuthority>
  private let onRefusal: @Sendable (HTTP2Refusal) -> Void
  private let responder = Guarded<EnrolmentResponder<AnyHTTP2Responder>?>(nil)

  init(
    _ desk: EnrolmentDesk, _ folder: AuthorityFolder,
    onRefusal: @escaping @Sendable (HTTP2Refusal) -> Void
  ) {
    self.desk = desk
    self.folder = folder
    signer = Guarded(desk.issuer)
    self.onRefusal = onRefusal
  }

  func responder(around next: AnyHTTP2Responder) -> any HTTP2Responder {
    let made = EnrolmentResponder(desk, folder: folder, next: next, onRefusal: onRefusal)
    responder.withLock { $0 = made }
    return made
  }

  /// Signs the certificates that come next.
  var issuer: CertificateAuthority { signer.withLock { $0 } }

  func use(_ issuer: CertificateAuthority) throws {
    try responder.withLock { $0 }?.use(issuer)
    signer.withLock { $0 = issuer }
  }

  func take(_ list: SignedDenyList) throws { try responder.withLock { $0 }?.take(list) }
}
