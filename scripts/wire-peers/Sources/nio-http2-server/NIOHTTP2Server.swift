import NIOCore
import NIOHTTP2
import NIOPosix

/// Answers any request with twelve bytes: swift-nio-http2 with its inline multiplexer, a channel for each
/// stream, one event loop, plaintext.
///
/// usage: nio-http2-server PORT
@main
enum NIOHTTP2Server {
  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.configureHTTP2Pipeline(
          mode: .server, connectionConfiguration: .init(), streamConfiguration: .init()
        ) { stream in
          stream.eventLoop.makeCompletedFuture {
            try stream.pipeline.syncOperations.addHandler(Answer())
          }
        }.map { _ in }
      }
      .bind(host: "127.0.0.1", port: port).get()
    try await listener.closeFuture.get()
  }
}

/// Answers one request when it is complete.
private final class Answer: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private static let body = ByteBuffer(string: "hello, grid\n")

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let headers) where headers.endStream: answer(context)
    case .data(let part) where part.endStream: answer(context)
    default: break
    }
  }

  private func answer(_ context: ChannelHandlerContext) {
    context.write(
      wrapOutboundOut(
        .headers(.init(headers: [":status": "200", "content-type": "text/plain"]))), promise: nil)
    context.writeAndFlush(
      wrapOutboundOut(.data(.init(data: .byteBuffer(Self.body), endStream: true))), promise: nil)
  }
}
