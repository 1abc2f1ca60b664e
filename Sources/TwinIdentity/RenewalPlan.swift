import Foundation

/// When a process renews its certificate: at half its life, then again and again with growing pauses.
///
///     fresh ──half life──▶ due ──two thirds──▶ late (alarm, once) ──end──▶ expired
///       ▲                   │                    │                        │
///       └──────renewed──────┴────────────────────┴────────────────────────┘
public struct RenewalPlan: Sendable, Equatable {
  public enum Action: Sendable, Equatable {
    /// Ask for a new certificate now; answer with `renewed` or `failed`.
    case renew
    /// Tell people: the certificate ends then and could not be renewed.
    case alarm(ends: Date)
  }

  /// The pause after the first failure, at most; a short-lived certificate has a shorter one.
  private static let firstPause = 5.0
  /// The pause between two renewals at least; a quarter of the life of a certificate that lives shorter.
  private static let shortestPause = 1.0
  /// No pause is longer than this part of the certificate's life, nor than ten minutes.
  private static let longestPauseShare = 1.0 / 12
  private static let longestPause = 600.0

  private let notBefore: Date
  private let notAfter: Date
  private var nextAttempt: Date
  private var pause: Double
  private var hasAlarmed = false

  /// Plans for a certificate.
  public init(notBefore: Date, notAfter: Date) {
    self.notBefore = notBefore
    self.notAfter = notAfter
    let life = notAfter.timeIntervalSince(notBefore)
    nextAttempt = notBefore.addingTimeInterval(life / 2)
    pause = min(Self.firstPause, life / 64)
  }

  public init(_ chain: CertificateChain) {
    self.init(notBefore: chain.notBefore, notAfter: chain.notAfter)
  }

  /// When the alarm is raised: two thirds of the certificate's life.
  public var alarmTime: Date { notBefore.addingTimeInterval(life * 2 / 3) }

  /// When something is due; ask `tick` then.
  public var next: Date { hasAlarmed ? nextAttempt : min(nextAttempt, alarmTime) }

  /// What must be done now.
  public mutating func tick(at now: Date) -> [Action] {
    var actions: [Action] = []
    if now >= alarmTime, !hasAlarmed {
      hasAlarmed = true
      actions.append(.alarm(ends: notAfter))
    }
    if now >= nextAttempt {
      // An attempt that never answers must not be the last one.
      postpone(from: now)
      actions.append(.renew)
    }
    return actions
  }

  /// An attempt brought nothing; the next one comes after a pause that grows.
  public mutating func failed(at now: Date) {
    postpone(from: now)
    pause = min(pause * 2, life * Self.longestPauseShare, Self.longestPause)
  }

  /// An attempt brought this certificate.
  ///
  /// One that begins in its second half, since its issuer ends soon, is not renewed at once: the next
  /// would be no better. Nor is it told again that it ends.
  public mutating func renewed(_ chain: CertificateChain, at now: Date) {
    let former = self
    self = RenewalPlan(chain)
    let breath = min(Self.shortestPause, life / 4)
    nextAttempt = max(nextAttempt, now.addingTimeInterval(max(pause, breath)))
    if notAfter <= former.notAfter { hasAlarmed = former.hasAlarmed }
  }

  private var life: Double { notAfter.timeIntervalSince(notBefore) }

  private mutating func postpone(from now: Date) { nextAttempt = now.addingTimeInterval(pause) }
}
