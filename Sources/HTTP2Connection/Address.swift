import NIOCore
import NIOPosix

/// Words about where a socket is and why it failed.
enum Address {
  /// `127.0.0.1:4242`, or `[::1]:4242`.
  static func text(host: String, port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Where the other end of a connection is.
  static func ofPeer(of channel: any Channel) -> String {
    guard let address = channel.remoteAddress, let host = address.ipAddress,
      let port = address.port
    else { return "a peer that has gone" }
    return text(host: host, port: port)
  }

  /// Says what failed, why, and what to look at.
  static func sentence(_ what: String, because error: any Error) -> String {
    "\(what): \(reason(error))"
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return reason(first.error) }
      return "the name has no address; check its spelling and the name server"
    case ChannelError.connectTimeout(let limit):
      return
        "no answer within \(limit.nanoseconds / 1_000_000) ms; check the address and the network"
    case let error as IOError where error.errnoCode == connectionRefused:
      return "nobody listens there; check that the process runs and that the port is right"
    case let error as IOError where error.errnoCode == addressInUse:
      return "the port is taken; stop what uses it or choose another"
    case let error as IOError where error.errnoCode == addressNotHere:
      return "this machine has no such address; 0.0.0.0 and [::] mean all that it has"
    case is SocketAddressError.UnknownHost:
      return "the name has no address; check its spelling and the name server"
    case let error as IOError where error.errnoCode == connectionReset:
      return "the other end broke the connection"
    default:
      return "\(error)"
    }
  }
}
