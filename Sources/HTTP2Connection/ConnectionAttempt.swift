import NIOCore

/// A connection that is being made, and may be given up meanwhile. A name may have several addresses, and so
/// an attempt several channels.
final class ConnectionAttempt: Sendable {
  private struct State {
    var channels: [any Channel] = []
    var isGivenUp = false
  }

  private let state = Guarded(State())

  func began(on channel: any Channel) {
    let isGivenUp = state.withLock { state in
      state.channels.append(channel)
      return state.isGivenUp
    }
    if isGivenUp { channel.close(promise: nil) }
  }

  /// Closes what there is and what still comes.
  func giveUp() {
    let channels = state.withLock { state in
      state.isGivenUp = true
      return state.channels
    }
    for channel in channels { channel.close(promise: nil) }
  }
}
