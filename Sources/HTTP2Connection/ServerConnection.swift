import NIOCore

/// One accepted connection, as the server sees it from outside its event loop.
struct ServerConnection: Sendable {
  private let channel: any Channel
  private let requests: NIOLoopBound<ServerRequests>

  /// Call it on the channel's event loop.
  init(channel: any Channel, requests: ServerRequests) {
    self.channel = channel
    self.requests = NIOLoopBound(requests, eventLoop: channel.eventLoop)
  }

  var id: ObjectIdentifier { ObjectIdentifier(channel) }

  func whenClosed(_ action: @escaping @Sendable () -> Void) {
    channel.closeFuture.whenComplete { _ in action() }
  }

  func drain(within limit: TimeAmount) {
    channel.eventLoop.execute { [requests, channel] in
      // Without a handler it is still shaking hands, or over.
      guard let handler = requests.value.connection else { return channel.close(promise: nil) }
      // Nobody waits for one who may only ask for a certificate.
      guard requests.value.restriction == nil else { return handler.close() }
      requests.value.endConversations()
      handler.drain(within: limit)
    }
  }

  /// Says why it is shut out.
  func refusal(because why: String) -> HTTP2Refusal {
    HTTP2Refusal(who: Address.ofPeer(of: channel), why: why)
  }

  func abort() { channel.close(promise: nil) }

  func closed() async { try? await channel.closeFuture.get() }

  func openStreamCount() async -> Int { await ask { $0.openStreamCount } }

  func bufferedBytes() async -> Int { await ask { $0.bufferedBytes } }

  private func ask(_ question: @escaping @Sendable (ServerRequests) -> Int) async -> Int {
    let answer = channel.eventLoop.submit { [requests] in question(requests.value) }
    return (try? await answer.get()) ?? 0
  }
}
