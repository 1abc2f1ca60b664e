import Logging
import Synchronization

/// A log for what others can cause again and again: of messages of one kind the first is written at
/// once, the further ones of a while are counted and told together.
public final class RepeatingLog: Sendable {
  /// What time it is, and how to be called later.
  public struct Clock: Sendable {
    let now: @Sendable () -> Duration
    let later: @Sendable (_ time: Duration, _ action: @escaping @Sendable () -> Void) -> Void

    public init(
      now: @escaping @Sendable () -> Duration,
      later: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
    ) {
      self.now = now
      self.later = later
    }
  }

  private let log: Logger
  private let clock: Clock
  private let limit = Mutex(RepeatLimit())

  public init(_ log: Logger, clock: Clock) {
    self.log = log
    self.clock = clock
  }

  /// Writes a warning, or counts it.
  ///
  /// - Parameter kind: what is equal in equal messages; it stands in the line about those that were
  ///   counted.
  public func warn(
    _ kind: String, _ message: @autoclosure () -> Logger.Message,
    _ metadata: @autoclosure () -> Logger.Metadata = [:]
  ) {
    let now = clock.now()
    guard case .tell(let later) = limit.withLock({ $0.note(kind, at: now) }) else { return }
    log.warning(message(), metadata: metadata())
    clock.later(later) { [weak self] in self?.tellOverdue() }
  }

  private func tellOverdue() {
    let now = clock.now()
    let (held, window) = limit.withLock { ($0.overdue(at: now), $0.window) }
    for held in held { log.warning("\(held.text(in: window)): \(held.kind)") }
  }
}
