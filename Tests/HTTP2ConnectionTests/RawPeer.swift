import NIOCore
import NIOPosix

/// A peer that writes bytes of our choice instead of HTTP/2.
enum RawPeer {
  /// Connects, writes `bytes`, and returns once the server closed the connection.
  static func write(_ bytes: [UInt8], toPort port: Int) async throws {
    let channel = try await ClientBootstrap(group: Loopback.group)
      .connect(host: "127.0.0.1", port: port).get()
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    try await channel.closeFuture.get()
  }

  /// Listens and writes `bytes` to whoever connects.
  static func listen(andWrite bytes: [UInt8]) async throws -> any Channel {
    try await ServerBootstrap(group: Loopback.group)
      .childChannelInitializer { channel in
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }
}
