import ActorCluster
import ArgumentParser
import Foundation
import HTTP2Connection
import NIOPosix

/// Where a process of a twin can be asked from outside.
struct Endpoint: Sendable, CustomStringConvertible {
  let address: NodeAddress
  /// Whether both ends show certificates.
  let isEncrypted: Bool

  init(_ address: NodeAddress, isEncrypted: Bool) {
    self.address = address
    self.isEncrypted = isEncrypted
  }

  /// Reads a URL as a person types it, `https://HOST:PORT`.
  init(url text: String) throws(ValidationError) {
    let schemes = ["https://", "http://"]
    guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else {
      throw ValidationError("'\(text)' is no URL; write it like https://127.0.0.1:7400.")
    }
    var rest = text.dropFirst(scheme.count)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    address = try NodeAddress(argument: String(rest))
    isEncrypted = scheme == "https://"
    guard isEncrypted || address.isLoopback else {
      throw ValidationError(
        "'\(address.host)' may be another machine, and http:// is not encrypted; use https://, or "
          + "127.0.0.1.")
    }
  }

  var description: String { "\(isEncrypted ? "https" : "http")://\(address)" }

  /// Gets a page.
  ///
  /// - Parameters:
  ///   - identity: who asks; nil in plaintext.
  ///   - expected: the URI that the process must have; nil for any of the twin.
  func get(
    _ path: String, as identity: ProcessIdentity? = nil, expecting expected: String? = nil,
    within limit: Duration
  ) async throws(HTTP2Error) -> HTTP2Response {
    let connection = try await HTTP2ClientConnection.connect(
      host: address.host, port: address.port, on: SharedLoop.group, timeout: limit,
      tls: identity?.transport.tls, expecting: expected)
    let head = HTTP2RequestHead(method: "GET", path: path)
    let asking = Task { () throws(HTTP2Error) in
      try await connection.send(HTTP2Request(head: head))
    }
    let watch = Task {
      try await Task.sleep(for: limit)
      asking.cancel()
    }
    let result = await asking.result
    watch.cancel()
    await connection.close()
    do { return try result.get() } catch { throw error as? HTTP2Error ?? .cancelled }
  }
}
