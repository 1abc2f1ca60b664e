import Foundation
import HTTP2Connection
import NIOCore
import TwinIdentity

/// Asks a coordinator for certificates.
public enum Enrolment {
  /// No certificate was got: a sentence with what to do.
  public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// True if asking again cannot help.
    public let isFinal: Bool
  }

  /// Gets the first certificate with a join token and keeps it.
  ///
  /// The coordinator must be under the root that the token names. The key is made in `folder` and
  /// stays there; asking again after an answer that was lost is safe.
  public static func enrol(
    _ folder: IdentityFolder, with token: JoinToken, host: String, port: Int,
    on group: any EventLoopGroup, clock: @escaping @Sendable () -> Date = { Date() }
  ) async throws {
    let tls = try HTTP2Security(nil, authority: TokenAuthority(token: token, clock: clock))
    let request = try SigningRequest(token.identity, key: folder.key())
    let grant = try await ask(
      EnrolmentPath.enrol, EnrolmentRequest(token: token.line, request: request.der).encoded(),
      host: host, port: port, on: group, tls)
    let chain = try CertificateChain(der: grant.chain)
    let granted = await TokenAuthority(token: token, clock: clock).verify(grant.chain, as: [])
    guard granted == .success(token.identity) else {
      throw Failure(description: "the coordinator sent another's certificate", isFinal: true)
    }
    try folder.keep(chain)
    if let list = grant.denyList { try folder.keep(list) }
  }

  /// Gets the next certificate, with the present one or one that ended within a week, and takes it
  /// into use.
  public static func renew(
    _ security: TwinSecurity, host: String, port: Int, on group: any EventLoopGroup
  ) async throws {
    let wish = RenewalRequest(request: try security.signingRequest().der)
    try await security.take(
      ask(EnrolmentPath.renew, wish.encoded(), host: host, port: port, on: group, security.tls))
  }

  /// How long the coordinator may take to answer.
  private static let patience = Duration.seconds(5)

  private static func ask(
    _ path: String, _ body: [UInt8], host: String, port: Int, on group: any EventLoopGroup,
    _ tls: HTTP2Security
  ) async throws -> CertificateGrant {
    let connection = try await connect(host: host, port: port, on: group, tls)
    let request = HTTP2Request(
      head: HTTP2RequestHead(
        method: "POST", path: path, headers: ["content-type": "application/cbor"]),
      body: body)
    let answer = await within(patience) { await Self.response(to: request, on: connection) }
    await connection.close()
    guard let answer else {
      throw Failure(description: "the coordinator did not answer in time", isFinal: false)
    }
    let response = try answer.get()
    guard response.status == 200 else {
      let why = String(decoding: response.body.prefix(512), as: UTF8.self)
      throw Failure(
        description: why.isEmpty ? "the coordinator answered \(response.status)" : why,
        isFinal: (400..<500).contains(response.status))
    }
    return try CertificateGrant(decoding: response.body)
  }

  private static func connect(
    host: String, port: Int, on group: any EventLoopGroup, _ tls: HTTP2Security
  ) async throws -> HTTP2ClientConnection {
    let connection: HTTP2ClientConnection
    do {
      connection = try await HTTP2ClientConnection.connect(
        host: host, port: port, on: group, timeout: patience, tls: tls)
    } catch .cannotConnect(let why) {
      throw Failure(description: why, isFinal: false)
    }
    guard connection.peer?.identity?.role == .coordinator else {
      await connection.close()
      throw Failure(description: "\(host):\(port) is no coordinator", isFinal: true)
    }
    return connection
  }

  private static func response(
    to request: HTTP2Request, on connection: HTTP2ClientConnection
  ) async -> Result<HTTP2Response, Failure> {
    do throws(HTTP2Error) {
      return .success(try await connection.send(request))
    } catch {
      return .failure(
        Failure(description: "the coordinator did not answer (\(error))", isFinal: false))
    }
  }

  /// The value, or nil when it took too long.
  private static func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async -> Value
  ) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
      group.addTask { await body() }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }
}
