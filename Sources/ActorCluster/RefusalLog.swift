import Logging
import Observability

/// Writes refused calls to the log, each kind once and then how many more there were.
struct RefusalLog: Sendable {
  private let log: RepeatingLog

  init(_ log: Logger, on runtime: any Runtime) {
    self.log = RepeatingLog(log, clock: RepeatingLog.Clock(runtime))
  }

  func note(_ refusal: CallRefusal, of head: CallHead) {
    log.warn(
      "\(head.to.kind) \(head.target) refused: \(refusal.word)", "refused a call: \(refusal.word)",
      [
        "actor": "\(head.to.kind)/\(head.to.name)", "method": "\(head.target)",
        "caller": "\(head.caller.node)", "era": "\(head.era)",
      ])
  }

  func noteSubscription(to topic: String, from peer: String?) {
    log.warn(
      "\(topic) refused to subscribers", "refused a subscription",
      ["topic": "\(topic)", "peer": "\(peer ?? "unknown")"])
  }

  /// What reached the port of calls and is none.
  func noteMalformed() { log.warn("what is no call refused", "refused what is no call") }
}

extension RepeatingLog.Clock {
  /// The time of a runtime.
  public init(_ runtime: any Runtime) {
    self.init(now: { runtime.now }, later: { _ = runtime.schedule(at: $0, $1) })
  }
}
