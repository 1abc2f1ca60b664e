/// Where a node listens.
public struct NodeAddress: Hashable, Sendable, CustomStringConvertible {
  /// A host name or an IP address.
  public var host: String
  /// A TCP port.
  public var port: Int

  /// Joins a host and a port.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
