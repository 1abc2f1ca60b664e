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
    let desk = Guarded(
      EnrolmentDesk(
        issuer: issuer, record: try folders.coordinator.record(), lifetime: lifetime))
    if let list = try folders.coordinator.denyList() {
      try desk.withLock { try $0.use(list, at: Date()) }
    }
    return ProcessIdentity(
      security,
      wrap: {
        EnrolmentResponder(
          desk, folder: folders.coordinator, next: $0, onRefusal: { security.tls.report($0) })
      },
      keep: {
        await withDiscardingTaskGroup { group in
          group.addTask {
            await CertificateKeeper(
              security,
              renew: {
                try security.renew(by: desk.withLock { $0.issuer }, lifetime: lifetime)
              },
              onEvent: { tell($0, of: "the coordinator", log) }
            ).run()
          }
          group.addTask { await followIssuer(in: folders.coordinator, desk, log) }
        }
      },
      followDenyList: { spread in
        await FileWatch(
          every: denyListInterval, { try folders.coordinator.denyList() },
          onChange: { list in
            take(list, by: security, log)
            do { try desk.withLock { try $0.use(list, at: Date()) } } catch { complain(error, log) }
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
    in folder: AuthorityFolder, _ desk: Guarded<EnrolmentDesk>, _ log: Logger
  ) async {
    await FileWatch(
      every: issuerInterval, { try folder.load() },
      onChange: { issuer in
        do { try desk.withLock { try $0.use(issuer) } } catch {
          log.error("the issuer was not taken: \(error)")
        }
      }, onFailure: { log.error("the issuer cannot be read: \($0)") }
    ).run()
  }
}
