import Foundation
import TwinIdentity

/// Keeps the certificate of one process fresh for as long as its task runs.
public struct CertificateKeeper: Sendable {
  /// What a person or a log may want to know.
  public enum Event: Sendable {
    case renewed(until: Date)
    /// An attempt brought nothing; the next one comes by itself.
    case failed(why: String)
    /// Two thirds of the certificate's life are over.
    case alarm(ends: Date)
  }

  /// A clock may be set while we sleep, so no sleep is longer.
  private static let longestSleep = 30.0

  private let security: TwinSecurity
  private let clock: @Sendable () -> Date
  private let renew: @Sendable () async throws -> Void
  private let onEvent: @Sendable (Event) -> Void

  /// - Parameter renew: makes `security` take a new certificate, or throws.
  public init(
    _ security: TwinSecurity, renew: @escaping @Sendable () async throws -> Void,
    onEvent: @escaping @Sendable (Event) -> Void = { _ in },
    clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.security = security
    self.clock = clock
    self.renew = renew
    self.onEvent = onEvent
  }

  /// Renews whenever it is time, until the task is cancelled.
  public func run() async {
    var plan = RenewalPlan(security.chain)
    while !Task.isCancelled {
      for action in plan.tick(at: clock()) {
        switch action {
        case .alarm(let end): onEvent(.alarm(ends: end))
        case .renew: await attempt(&plan)
        }
      }
      let pause = plan.next.timeIntervalSince(clock())
      guard pause > 0 else { continue }
      try? await Task.sleep(for: .seconds(min(pause, Self.longestSleep)))
    }
  }

  private func attempt(_ plan: inout RenewalPlan) async {
    do {
      try await renew()
      plan.renewed(security.chain, at: clock())
      onEvent(.renewed(until: security.chain.notAfter))
    } catch {
      guard !Task.isCancelled else { return }
      plan.failed(at: clock())
      onEvent(.failed(why: "\(error)"))
    }
  }
}
