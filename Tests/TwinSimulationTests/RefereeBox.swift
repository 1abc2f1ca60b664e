import Synchronization
import TwinStore

@testable import TwinSimulation

/// A referee that watches stores without a twin.
final class RefereeBox: Sendable {
  private let referee = Mutex(Referee(expected: []))

  var violations: [Violation] { referee.withLock { $0.violations } }

  /// The store as one start of a coordinator sees it.
  func open(_ store: any Store, start: Int, crash: StoreCrash? = nil) -> FaultyStore {
    FaultyStore(
      store,
      desk: FaultyStore.Desk(
        raised: { [self] era in referee.withLock { $0.raised(era, by: start, at: .zero) } },
        committed: { [self] commit, era in
          referee.withLock { $0.committed(commit, era: era, by: start, at: .zero) }
        },
        read: { [self] commit in referee.withLock { $0.read(commit, by: start, at: .zero) } },
        takeCrash: { crash }, kill: {}))
  }
}
