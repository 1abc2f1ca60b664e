import HTTP2Connection
import Logging
import Observability

/// Writes refused calls to the log, each kind once and then how many more there were.
final class RefusalLog: Sendable {
  private let log: Logger
  private let runtime: any Runtime
  private let limit = Guarded(RepeatLimit())

  init(_ log: Logger, on runtime: any Runtime) {
    self.log = log
    self.runtime = runtime
  }

  func note(_ refusal: CallRefusal, of head: CallHead) {
    let kind = "\(head.to.kind) \(head.target) refused: \(refusal.word)"
    guard begins(kind) else { return }
    log.warning(
      "refused a call: \(refusal.word)",
      metadata: [
        "actor": "\(head.to.kind)/\(head.to.name)", "method": "\(head.target)",
        "caller": "\(head.caller.node)", "era": "\(head.era)",
      ])
  }

  /// What reached the port of calls and is none.
  func noteMalformed() {
    guard begins("what is no call refused") else { return }
    log.warning("refused what is no call")
  }

  /// Whether this is the first of its kind for a while; the others are told when that is over.
  private func begins(_ kind: String) -> Bool {
    let now = runtime.now
    guard case .tell(let later) = limit.withLock({ $0.note(kind, at: now) }) else { return false }
    _ = runtime.schedule(at: later) { [weak self] in self?.tellOverdue() }
    return true
  }

  private func tellOverdue() {
    let now = runtime.now
    let (held, window) = limit.withLock { ($0.overdue(at: now), $0.window) }
    for held in held { log.warning("\(held.text(in: window)): \(held.kind)") }
  }
}
