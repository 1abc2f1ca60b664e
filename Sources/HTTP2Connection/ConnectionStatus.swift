import Synchronization

/// What others may read of a connection without going to its event loop, which alone writes it.
final class ConnectionStatus: Sendable {
  private let takesRequests = Atomic(true)
  private let goodbye = Atomic(false)
  private let sent = Atomic(0)
  private let received = Atomic(0)
  private let requests = Atomic(0)

  var isOpen: Bool { takesRequests.load(ordering: .relaxed) }

  var counters: HTTP2Counters {
    HTTP2Counters(
      bytesSent: sent.load(ordering: .relaxed),
      bytesReceived: received.load(ordering: .relaxed),
      requests: requests.load(ordering: .relaxed))
  }

  func takeNoMoreRequests() { takesRequests.store(false, ordering: .relaxed) }

  /// Whether a side has announced the end of the connection.
  var heardGoodbye: Bool { goodbye.load(ordering: .relaxed) }
  func hearGoodbye() { goodbye.store(true, ordering: .relaxed) }

  func countSent(_ bytes: Int) { sent.add(bytes, ordering: .relaxed) }
  func countReceived(_ bytes: Int) { received.add(bytes, ordering: .relaxed) }
  func countRequest() { requests.add(1, ordering: .relaxed) }
}
