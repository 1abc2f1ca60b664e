import ActorCluster
import ArgumentParser

/// An address as the command line takes it, `HOST:PORT`. Messages are not encrypted yet, so only
/// addresses of this machine are taken.
struct LoopbackAddress: Sendable, CustomStringConvertible {
  let address: NodeAddress

  init(host: String, port: Int) { address = NodeAddress(host: host, port: port) }

  /// Reads an address as a person types it.
  init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"),
      let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
    else {
      throw ValidationError("'\(text)' is not an address; write it like 127.0.0.1:7400.")
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard host == "localhost" || host == "::1" || Self.isLoopback(host) else {
      throw ValidationError(
        "'\(host)' may be another machine, and nothing is encrypted yet; use 127.0.0.1.")
    }
    address = NodeAddress(host: host, port: port)
  }

  /// Whether a host is an address of four numbers that begins with 127: a name could be anything.
  private static func isLoopback(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
  }

  var description: String { "\(address)" }
}
