import ActorCluster
import ArgumentParser
import Foundation
import HTTP2Connection
import NIOPosix

/// Where a process of a twin can be asked from outside, and the one place where that is connected to.
struct Endpoint: Sendable, CustomStringConvertible {
  let address: NodeAddress

  init(_ address: NodeAddress) { self.address = address }

  /// Reads a URL as a person types it, `http://127.0.0.1:7400`.
  init(url text: String) throws {
    let scheme = "http://"
    guard !text.hasPrefix("https://") else {
      throw ValidationError(
        "'\(text)' asks for TLS, which is not there yet; use http:// on this machine.")
    }
    guard text.hasPrefix(scheme) else {
      throw ValidationError("'\(text)' is no URL; write it like http://127.0.0.1:7400.")
    }
    var rest = text.dropFirst(scheme.count)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    address = try LoopbackAddress(String(rest)).address
  }

  var description: String { "http://\(address)" }

  /// A cluster that asks and does not listen.
  func cluster(twin: String) -> ActorCluster { Self.cluster(twin: twin) }

  static func cluster(twin: String) -> ActorCluster {
    ActorCluster(
      node: NodeName("operator-\(ProcessInfo.processInfo.processIdentifier)"), twin: twin,
      transport: HTTP2Transport(), runtime: PoolRuntime())
  }

  /// Gets a page.
  func get(_ path: String, within limit: Duration) async throws(HTTP2Error) -> HTTP2Response {
    let connection = try await HTTP2ClientConnection.connect(
      host: address.host, port: address.port, on: SharedLoop.group, timeout: limit)
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

/// A twin that is asked over the wire, instead of one in a directory.
struct EndpointOption: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Ask the coordinator at this URL instead of a directory, such as http://127.0.0.1:7400.",
      valueName: "URL"),
    transform: { try Endpoint(url: $0) })
  var endpoint: Endpoint?

  /// Refuses a directory and a URL at once.
  func check(_ place: String?) throws {
    if endpoint != nil, place != nil {
      throw ValidationError("Give --endpoint or --data, not both.")
    }
  }
}
