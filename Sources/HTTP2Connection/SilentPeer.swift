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
  static let limit_ms: CInt = 3_000

  #if os(Linux)
    static let option = ChannelOptions.Types.SocketOption(
      level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT))
  #endif
}

extension ClientBootstrap {
  /// Gives up a connection to a peer that acknowledges nothing.
  func givingUpSilentPeers() -> Self {
    #if os(Linux)
      channelOption(SilentPeer.option, value: SilentPeer.limit_ms)
    #else
      self
    #endif
  }
}

extension ServerBootstrap {
  /// Gives up connections of peers that acknowledge nothing.
  func givingUpSilentPeers() -> Self {
    #if os(Linux)
      childChannelOption(SilentPeer.option, value: SilentPeer.limit_ms)
    #else
      self
    #endif
  }
}
