import NIOCore
import Synchronization

/// A request on its way, which may be taken back.
///
/// It may be taken back before the event loop has heard of it, so the wish is kept here as well as
/// sent to the loop.
public final class HTTP2Call: Sendable {
  private let cancelWasAsked = Atomic(false)
  private let streamID = Atomic<Int32>(0)
  private let calls: NIOLoopBound<ClientCalls>
  private let eventLoop: any EventLoop

  init(_ calls: NIOLoopBound<ClientCalls>, on eventLoop: any EventLoop) {
    self.calls = calls
    self.eventLoop = eventLoop
  }

  /// Resets the stream, which cancels the server's work; the call ends as `cancelled` unless it has
  /// ended before.
  public func cancel() {
    cancelWasAsked.store(true, ordering: .sequentiallyConsistent)
    eventLoop.execute { self.calls.value.cancel(self) }
  }

  var isCancelled: Bool { cancelWasAsked.load(ordering: .sequentiallyConsistent) }

  /// The call's stream, 0 until it has one. Written and read on the event loop only.
  var stream: Int32 {
    get { streamID.load(ordering: .relaxed) }
    set { streamID.store(newValue, ordering: .relaxed) }
  }
}
