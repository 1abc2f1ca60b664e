import Synchronization

/// One call, as its task and the event loop both see it.
///
/// A task may be cancelled before the loop has heard of its call, so the wish is kept here as well as
/// sent to the loop.
final class ClientCall: Sendable {
  private let cancelWasAsked = Atomic(false)
  private let streamID = Atomic<Int32>(0)

  var isCancelled: Bool { cancelWasAsked.load(ordering: .sequentiallyConsistent) }
  func cancel() { cancelWasAsked.store(true, ordering: .sequentiallyConsistent) }

  /// The call's stream, 0 until it has one. Written and read on the event loop only.
  var stream: Int32 {
    get { streamID.load(ordering: .relaxed) }
    set { streamID.store(newValue, ordering: .relaxed) }
  }
}
