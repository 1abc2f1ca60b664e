import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// When the system gives up a connection whose peer acknowledges nothing.
///
/// A cut line or a machine that went away breaks no connection: TCP would send again for a quarter of an
/// hour, and calls would wait for a peer that may be back, at another address. A process that only hangs
/// is not meant: its system acknowledges for it.
private enum SilentPeer {
  /// Long enough for TCP to send again four times over a line that loses packets, and shorter than
  /// anybody wants to wait for a peer that is back.
  private static let limit_ms: Value = 3_000
  /// A connection on which nothing is said is tried this often, so that nobody finds it dead only when
  /// it is needed.
  private static let trial_s: Value = 1

  typealias Option = ChannelOptions.Types.SocketOption
  typealias Value = Option.Value

  #if os(Linux)
    static let options: [(option: Option, value: Value)] = [
      (.socketOption(.so_keepalive), 1), (tcp(TCP_KEEPIDLE), trial_s),
      (tcp(TCP_KEEPINTVL), trial_s), (tcp(TCP_USER_TIMEOUT), limit_ms),
    ]

    private static func tcp(_ name: CInt) -> Option {
      Option(level: .tcp, name: NIOBSDSocket.Option(rawValue: name))
    }
  #else
    static let options: [(option: Option, value: Value)] = []
  #endif
}

extension ClientBootstrap {
  /// Gives up a connection to a peer that acknowledges nothing.
  func givingUpSilentPeers() -> Self {
    SilentPeer.options.reduce(self) { $0.channelOption($1.option, value: $1.value) }
  }
}

extension ServerBootstrap {
  /// Gives up connections of peers that acknowledge nothing.
  func givingUpSilentPeers() -> Self {
    SilentPeer.options.reduce(self) { $0.childChannelOption($1.option, value: $1.value) }
  }
}
