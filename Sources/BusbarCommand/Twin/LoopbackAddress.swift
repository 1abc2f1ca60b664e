import ActorCluster
import ArgumentParser

/// An address as the command line takes it, `HOST:PORT`. Messages are not encrypted yet, so only
/// addresses of this machine are taken.
struct LoopbackAddress: ExpressibleByArgument, Sendable {
  let address: NodeAddress

  init(host: String, port: Int) { address = NodeAddress(host: host, port: port) }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let port = Int(argument[argument.index(after: colon)...]), (0...65_535).contains(port)
    else { return nil }
    var host = String(argument[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard host == "localhost" || host == "::1" || host.hasPrefix("127.") else { return nil }
    address = NodeAddress(host: host, port: port)
  }

  /// As `--help` shows a default.
  var defaultValueDescription: String { "\(address)" }

  static let help = "An address of this machine, such as 127.0.0.1:7400; nothing is encrypted yet."
}
