import Foundation
import HTTP2Connection
import TwinIdentity

/// Who this process is and whom it lets in, while it runs: its folder, and what its connections use.
public final class TwinSecurity: Sendable {
  private struct State {
    var chain: CertificateChain
    var denyList: SignedDenyList?
    var denied: DenyList
  }

  /// There is no certificate in the folder yet.
  public struct NotEnrolled: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  public let identity: PeerIdentity
  /// For `HTTP2Server.bind` and `HTTP2ClientConnection.connect`.
  public let tls: HTTP2Security
  private let folder: IdentityFolder
  let key: PrivateKey
  private let root: CertificateChain
  private let roles: [TwinRole]
  private let issues: Bool
  private let clock: @Sendable () -> Date
  private let state: Guarded<State>
  /// Held while a deny list is taken into use, so that no older one comes after it.
  private let taking = Guarded(())

  /// Reads who this process is.
  ///
  /// - Parameters:
  ///   - roles: what peers may be; empty for any role.
  ///   - issues: true for a coordinator, which strangers may ask for their first certificate.
  ///   - onRefusal: hears of peers that were refused; it must be quick.
  /// - Throws: `NotEnrolled`, or `PrivateFolder.Refusal` with what to do about the folder.
  public init(
    _ folder: IdentityFolder, admitting roles: [TwinRole] = [], issues: Bool = false,
    onRefusal: @escaping @Sendable (HTTP2Refusal) -> Void = { _ in },
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    guard let loaded = try folder.load() else {
      throw NotEnrolled(
        description: "there is no certificate in \(folder.folder.path); join with a token from "
          + "'busbar pki token'")
    }
    let identity = loaded.identity
    var denied = DenyList()
    let denyList = try folder.denyList()
    if let denyList {
      denied = try denyList.open(twin: identity.twin, roots: [loaded.root], at: clock())
    }
    let verifier = PeerVerifier(twin: identity.twin, roots: [loaded.root], denyList: denied)
    self.folder = folder
    self.identity = identity
    self.roles = roles
    self.issues = issues
    self.clock = clock
    (key, root) = (loaded.key, loaded.root)
    state = Guarded(State(chain: loaded.chain, denyList: denyList, denied: denied))
    tls = try HTTP2Security(
      HTTP2Credentials(chain: loaded.chain.der, key: loaded.key.der),
      authority: TwinAuthority(verifier: verifier, roles: roles, issues: issues, clock: clock),
      onRefusal: onRefusal)
  }

  /// The certificate that is shown.
  public var chain: CertificateChain { state.withLock { $0.chain } }

  /// The newest deny list; nil while nobody was ever revoked.
  public var denyList: SignedDenyList? { state.withLock { $0.denyList } }

  /// Who is shut out, by that list.
  public var denied: DenyList { state.withLock { $0.denied } }

  /// Keeps a new certificate and shows it from the next handshake on; also its deny list.
  ///
  /// - Throws: when the certificate is not for this process, or cannot be kept; the old one stays.
  public func take(_ grant: CertificateGrant) async throws {
    let verifier = PeerVerifier(twin: identity.twin, roots: [root])
    let granted = try await verifier.verify(grant.chain, at: clock()).get()
    guard granted == identity else {
      throw CertificateAuthority.Mismatch(description: "the certificate is for \(granted)")
    }
    let chain = try CertificateChain(der: grant.chain)
    guard let last = grant.chain.last, Fingerprint(of: last) == root.fingerprint else {
      throw CertificateAuthority.Mismatch(description: "the certificate comes with another root")
    }
    try take(chain)
    guard let list = grant.denyList else { return }
    // One that is older than ours, say, is no reason to go without the certificate.
    do { try take(list) } catch is SignedDenyList.Refusal {}
  }

  /// The same with a certificate that was made in this process.
  public func take(_ chain: CertificateChain) throws {
    try folder.keep(chain)
    try tls.use(HTTP2Credentials(chain: chain.der, key: key.der))
    state.withLock { $0.chain = chain }
  }

  /// Keeps a deny list and cuts the connections of whoever is on it. An older list is refused; the
  /// present one is kept if it was signed anew, since its issuer's certificate ends one day.
  public func take(_ list: SignedDenyList) throws {
    try taking.withLock { _ in try takeInTurn(list) }
  }

  private func takeInTurn(_ list: SignedDenyList) throws {
    let opened: DenyList? = try state.withLock { state in
      guard list != state.denyList else { return nil }
      let opened = try list.open(
        twin: identity.twin, roots: [root], after: state.denied, at: clock())
      (state.denyList, state.denied) = (list, opened)
      return opened
    }
    guard let opened else { return }
    // Those who are on it go first, even if the disk is full.
    tls.use(
      TwinAuthority(
        verifier: PeerVerifier(twin: identity.twin, roots: [root], denyList: opened),
        roles: roles, issues: issues, clock: clock))
    try folder.keep(list)
  }

  /// A request for the next certificate, for the same key.
  func signingRequest() throws -> SigningRequest { try SigningRequest(identity, key: key) }

  /// The next certificate, made here: for a coordinator, which has the issuer.
  public func renew(by issuer: CertificateAuthority, lifetime: Duration) throws {
    try take(issuer.issue(identity, to: key, at: clock(), lifetime: lifetime))
  }
}
