import NIOCore
import NIOPosix

/// A peer that writes bytes of our choice instead of HTTP/2, and reads frames.
final class RawPeer {
  static let greeting: [UInt8] =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

  /// Asks for 300 000 bytes and leaves no window for them: the preface, SETTINGS with an initial window
  /// of 0, and a request.
  static let requestWithoutWindow: [UInt8] =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    + [0, 0, 6, 4, 0, 0, 0, 0, 0] + [0, 4, 0, 0, 0, 0] + request(1, path: "/large")

  /// HEADERS of a `POST` without a body. The path is shorter than 127 bytes.
  static func request(_ stream: UInt8, path: String) -> [UInt8] {
    let fields: [UInt8] =
      [0x83, 0x86, 0x01, 1, UInt8(ascii: "x"), 0x04, UInt8(path.utf8.count)] + Array(path.utf8)
    return [0, 0, UInt8(fields.count), 1, 5, 0, 0, 0, stream] + fields
  }

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

  /// What a GOAWAY says.
  struct GoAway: Equatable {
    var lastStream: UInt32
    var code: UInt32

    init(lastStream: UInt32, code: UInt32) {
      self.lastStream = min(lastStream, 0x7fff_ffff)
      self.code = code
    }
  }

  private let channel: any Channel
  private var received: AsyncStream<ByteBuffer>.Iterator
  private var buffer = ByteBuffer()
  /// The streams whose last frame was read.
  private(set) var endedStreams: [UInt32] = []

  private init(channel: any Channel, received: AsyncStream<ByteBuffer>) {
    self.channel = channel
    self.received = received.makeAsyncIterator()
  }

  static func connect(toPort port: Int) async throws -> RawPeer {
    let (received, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
    let channel = try await ClientBootstrap(group: Loopback.group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawPeer(channel: channel, received: received)
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  /// Reads up to the next GOAWAY; nil when the server closed the connection before.
  func nextGoAway() async throws -> GoAway? {
    while let frame = await nextFrame() {
      if frame.flags & 1 != 0, frame.type < 2 { endedStreams.append(frame.stream) }
      guard frame.type == 7 else { continue }
      var payload = frame.payload
      guard let (last, code) = payload.readMultipleIntegers(as: (UInt32, UInt32).self) else {
        return nil
      }
      return GoAway(lastStream: last, code: code)
    }
    return nil
  }

  private func nextFrame() async -> (
    type: UInt8, flags: UInt8, stream: UInt32, payload: ByteBuffer
  )? {
    while true {
      var head = buffer
      if let (high, low, type, flags, stream) = head.readMultipleIntegers(
        as: (UInt8, UInt16, UInt8, UInt8, UInt32).self),
        let payload = head.readSlice(length: Int(high) << 16 | Int(low))
      {
        buffer = head
        return (type, flags, stream, payload)
      }
      guard var more = await received.next() else { return nil }
      buffer.writeBuffer(&more)
    }
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
  }
}
