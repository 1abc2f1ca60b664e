import Foundation
import Synchronization

/// The signals by which a person or a system asks a process to end.
enum Signals {
  /// Keeps the sources alive; they serve until the process ends.
  private static let sources = Mutex<[SignalSource]>([])

  private struct SignalSource: @unchecked Sendable {
    /// Dispatch sources may be used from any thread.
    let source: any DispatchSourceSignal
  }

  static func ignore(_ signals: [Int32]) {
    for signal in signals { Foundation.signal(signal, SIG_IGN) }
  }

  /// Each signal as it comes, instead of what it would do by itself.
  static func receive(_ signals: [Int32]) -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    ignore(signals)
    for signal in signals {
      let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
      source.setEventHandler { continuation.yield(signal) }
      source.resume()
      let kept = SignalSource(source: source)
      sources.withLock { $0.append(kept) }
    }
    return stream
  }
}
