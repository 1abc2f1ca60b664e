import NIOCore
import NIOPosix

/// A peer that writes bytes of our choice instead of HTTP/2.
enum RawPeer {
  /// Asks for 300 000 bytes and leaves no window for them: the preface, SETTINGS with an initial window
  /// of 0, and HEADERS of `POST /large` that end the request.
  static let requestWithoutWindow: [UInt8] =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    + [0, 0, 6, 4, 0, 0, 0, 0, 0] + [0, 4, 0, 0, 0, 0]
    + [0, 0, 13, 1, 5, 0, 0, 0, 1] + [0x83, 0x86, 0x01, 1] + Array("x".utf8)
    + [0x04, 6] + Array("/large".utf8)

  /// Connects, writes `bytes`, and returns once the server closed the connection.
  static func write(_ bytes: [UInt8], toPort port: Int) async throws {
    let channel = try await ClientBootstrap(group: Loopback.group)
      .connect(host: "127.0.0.1", port: port).get()
    // The server may have closed already.
    try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
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
