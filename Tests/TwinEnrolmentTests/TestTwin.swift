import Foundation
import HTTP2Connection
import NIOPosix
import X509

@testable import TwinEnrolment
@testable import TwinIdentity

/// A twin's issuers, and processes with folders of their own, which go with the twin.
final class TestTwin: Sendable {
  static let group = MultiThreadedEventLoopGroup.singleton

  let root: CertificateAuthority
  let issuer: CertificateAuthority
  let scratch = FileManager.default.temporaryDirectory
    .appending(path: "busbar-twin-\(UUID().uuidString)")

  init(_ name: String = "ring") throws {
    // Long ago, so that certificates of the past can be made.
    root = try CertificateAuthority.makeRoot(
      twin: name, at: Date().addingTimeInterval(-30 * 86_400))
    issuer = try root.makeIntermediate(at: Date().addingTimeInterval(-29 * 86_400))
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: scratch) }

  func identity(_ name: String, _ role: TwinRole = .node) throws -> PeerIdentity {
    try PeerIdentity(twin: root.twin, role: role, name: name)
  }

  func folder(_ name: String) -> IdentityFolder {
    IdentityFolder(scratch.appending(path: name).path)
  }

  func token(_ name: String = "north") throws -> JoinToken {
    try JoinToken(for: identity(name), by: issuer, at: Date())
  }

  /// A process with a certificate that begins `after` from now.
  func process(
    _ name: String, _ role: TwinRole = .node, after: Duration = .zero,
    lifetime: Duration = .seconds(86_400), admitting roles: [TwinRole] = [], issues: Bool = false,
    refusals: Refusals = Refusals()
  ) throws -> TwinSecurity {
    let folder = folder("\(role)-\(name)-\(UUID().uuidString)")
    let start = Date().addingTimeInterval(after / .seconds(1))
    try folder.keep(
      issuer.issue(identity(name, role), to: folder.key(), at: start, lifetime: lifetime))
    return try TwinSecurity(folder, admitting: roles, issues: issues) { refusals.add($0) }
  }

  /// A server of this twin that tells each peer who it is.
  func serve(
    _ security: TwinSecurity, limits: HTTP2Limits = HTTP2Limits(),
    responder: any HTTP2Responder = WhoAmI()
  ) async throws -> HTTP2Server {
    try await HTTP2Server.bind(
      host: "127.0.0.1", port: 0, on: Self.group, limits: limits, tls: security.tls,
      responder: responder)
  }

  static func connect(
    _ tls: HTTP2Security, to server: HTTP2Server, expecting expected: String? = nil
  ) async throws(HTTP2Error) -> HTTP2ClientConnection {
    try await HTTP2ClientConnection.connect(
      host: "127.0.0.1", port: server.port, on: group, timeout: .seconds(5), tls: tls,
      expecting: expected)
  }

  /// Why no connection comes about; nil if one does.
  static func failure(
    _ tls: HTTP2Security, to server: HTTP2Server, expecting expected: String? = nil
  ) async -> String? {
    do throws(HTTP2Error) {
      let connection = try await connect(tls, to: server, expecting: expected)
      await connection.close()
      return nil
    } catch .cannotConnect(let why) {
      return why
    } catch {
      return "\(error)"
    }
  }
}

/// What a server said about the peers that it refused.
final class Refusals: Sendable {
  private let sentences = Guarded<[String]>([])

  func add(_ refusal: HTTP2Refusal) { sentences.withLock { $0.append(refusal.why) } }

  var all: [String] { sentences.withLock { $0 } }

  /// Waits up to two seconds for the first one.
  func first() async -> String? {
    for _ in 0..<200 {
      if let first = all.first { return first }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }
}

/// Answers with the peer's URI; `/hold` waits for the end of its task.
struct WhoAmI: HTTP2Responder {
  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { admit(head, from: nil) }

  func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    .task { _ in
      if head.path == "/hold" { try? await Task.sleep(for: .seconds(60)) }
      return HTTP2Response(status: 200, body: Array((peer?.uri ?? "nobody").utf8))
    }
  }
}

extension HTTP2ClientConnection {
  func post(_ path: String, _ body: [UInt8] = []) async throws(HTTP2Error) -> HTTP2Response {
    try await send(HTTP2Request(head: HTTP2RequestHead(method: "POST", path: path), body: body))
  }
}

extension HTTP2Response {
  var text: String { String(decoding: body, as: UTF8.self) }
}
