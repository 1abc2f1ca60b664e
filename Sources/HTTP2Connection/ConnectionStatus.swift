import Synchronization

/// What others may read of a connection without going to its event loop, which alone writes it.
final class ConnectionStatus: Sendable {
  private let open = Atomic(true)
  private let fresh = Atomic(true)
  private let goodbye = Atomic(false)
  private let sent = Atomic(0)
  private let received = Atomic(0)
  private let requests = Atomic(0)

  /// True while requests are taken.
  var isOpen: Bool { open.load(ordering: .relaxed) }
  /// True while requests should come here: it is not about to be left.
  var isFresh: Bool { isOpen && fresh.load(ordering: .relaxed) }
  /// True if this side decided to leave it.
  var isRetired: Bool { !fresh.load(ordering: .relaxed) }

  var counters: HTTP2Counters {
    HTTP2Counters(
      bytesSent: sent.load(ordering: .relaxed),
      bytesReceived: received.load(ordering: .relaxed),
      requests: requests.load(ordering: .relaxed))
  }

  func takeNoMoreRequests() { open.store(false, ordering: .relaxed) }
  func retire() { fresh.store(false, ordering: .relaxed) }

  /// Whether a side has announced the end of the connection.
  var heardGoodbye: Bool { goodbye.load(ordering: .relaxed) }
  func hearGoodbye() { goodbye.store(true, ordering: .relaxed) }

  func countSent(_ bytes: Int) { sent.add(bytes, ordering: .relaxed) }
  func countReceived(_ bytes: Int) { received.add(bytes, ordering: .relaxed) }
  func countRequest() { requests.add(1, ordering: .relaxed) }
}
