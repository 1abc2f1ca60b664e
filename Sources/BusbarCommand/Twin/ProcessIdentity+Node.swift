import ActorCluster
import Foundation
import Logging
import TwinEnrolment
import TwinIdentity

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
      security,
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

  /// A file's name, unless somebody gave the token itself, which nobody shall see.
  static func hidingToken(_ path: String) -> String {
    path.contains("busbar-join-") ? "the token itself was given where its file belongs" : path
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
      } catch let refusal as PrivateFolder.Refusal where !refusal.isMissing {
        throw refusal
      } catch let unreadable as JoinToken.Unreadable {
        throw Refusal("\(hidingToken(token)): \(unreadable)", code: .badInput)
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
