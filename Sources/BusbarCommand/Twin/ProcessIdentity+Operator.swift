import ActorCluster
import Foundation
import TwinEnrolment
import TwinIdentity

extension ProcessIdentity {
  /// Somebody who looks at a twin from outside: he has a certificate, or gets one with a token. It is
  /// renewed in its second half, by whichever command comes then.
  ///
  /// - Parameter token: a file, or `-` for standard input; needed for the first certificate only.
  static func outsider(
    _ folder: IdentityFolder, token: String?, coordinator: NodeAddress
  ) async throws -> ProcessIdentity {
    guard let known = try folder.load() else {
      try await enrol(folder, token: token, coordinator)
      return try asking(folder)
    }
    guard known.identity.role == .operator else {
      throw Refusal(
        "\(folder.folder.path) is the folder of \(known.identity), and only operators look at a twin; "
          + "give another one with --identity DIR", code: .badInput)
    }
    let security = try TwinSecurity(folder, admitting: [.coordinator, .node])
    if Date() >= known.chain.halfLife { try await renew(security, known, folder, coordinator) }
    return ProcessIdentity(security)
  }

  private static func enrol(
    _ folder: IdentityFolder, token: String?, _ coordinator: NodeAddress
  ) async throws {
    guard let token else { throw noCertificate(folder, "--role operator --node NAME") }
    let line: JoinToken
    do { line = try TokenFile.read(token) } catch {
      throw Refusal(
        "\(error); 'busbar pki token --role operator --node NAME --out FILE' makes a token",
        code: .badInput)
    }
    guard line.identity.role == .operator else {
      throw Refusal(
        "the token in \(token) is for \(line.identity); 'busbar pki token --role operator --node NAME' "
          + "makes one for somebody who looks", code: .badInput)
    }
    do {
      try await Enrolment.enrol(
        folder, with: line, host: coordinator.host, port: coordinator.port, on: SharedLoop.group)
    } catch {
      throw Refusal("no certificate for \(line.identity): \(error)", code: .unreachable)
    }
    if token != "-" { try? FileManager.default.removeItem(atPath: token) }
  }

  private static func renew(
    _ security: TwinSecurity, _ known: IdentityFolder.Identity, _ folder: IdentityFolder,
    _ coordinator: NodeAddress
  ) async throws {
    do {
      try await Enrolment.renew(
        security, host: coordinator.host, port: coordinator.port, on: SharedLoop.group)
    } catch {
      // The present one still does.
      guard Date() >= known.chain.notAfter else { return }
      throw Refusal(
        "the certificate in \(folder.folder.path) has ended and was not renewed: \(error); if it ended "
          + "more than a week ago, move the folder away and join with a new token",
        code: .unreachable)
    }
  }
}

extension ProcessIdentity {
  /// The name of whoever sits at the coordinator's machine.
  static let localOperator = "local"

  /// Somebody who looks at a twin from the machine of its coordinator: the issuer is at hand.
  static func localOperator(twin: String, _ folders: PkiFolders) throws -> ProcessIdentity {
    let identity = try PeerIdentity(twin: twin, role: .operator, name: localOperator)
    let own = IdentityFolder("\(folders.coordinator.folder.path)/operator")
    guard try folders.coordinator.load() != nil else {
      throw Refusal(
        "there are no certificates of \(twin) in \(folders.coordinator.folder.path); the twin was deleted, "
          + "or runs elsewhere: ask it with -e https://HOST:PORT", code: .unreachable)
    }
    // Nothing above it: a twin that is deleted meanwhile stays so.
    try own.folder.prepare(above: false)
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
