import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import TwinSimulation

/// The judge can fail: twins with a part that is broken on purpose break the rule that it is about.
struct BrokenTwinTests {
  private static let expected = Result { try DisasterRun.expected(ticks: 32) }

  /// The coordinator crashes and comes back; all else is well.
  private static let restart = Disaster(
    seed: 1,
    faults: [
      Fault(
        kind: .crash(Disaster.coordinator, returns: true), start: .seconds(4), end: .seconds(6))
    ])

  /// A node is cut off from its coordinator in the middle of a tick, and from nobody else.
  private static let cutOff = Disaster(
    seed: 1,
    faults: [
      Fault(
        kind: .partition(from: [Disaster.coordinator], to: ["n3"], bothWays: true),
        start: .seconds(4), tickMessages: 200, end: .seconds(15))
    ])

  @Test("With all its parts a twin passes the same disasters")
  func whole() throws {
    #expect(try rulesBroken(by: Self.restart) == [])
    #expect(try rulesBroken(by: Self.cutOff) == [])
  }

  @Test("A store that loses a commit is found")
  func losesCommit() throws {
    let rules = try rulesBroken(by: Self.restart) {
      $0.makeStore = { BrokenStore(.losesCommit(tick: 1)) }
    }
    #expect(rules.contains(.noLostTick))
  }

  @Test("A store that changes a commit is found")
  func changesCommit() throws {
    let rules = try rulesBroken(by: Self.restart) {
      $0.makeStore = { BrokenStore(.changesCommit(tick: 1)) }
    }
    #expect(rules.contains(.noChangedTick))
  }

  @Test("A store that does not raise the era is found")
  func keepsEra() throws {
    let rules = try rulesBroken(by: Self.restart) { $0.makeStore = { BrokenStore(.keepsEra) } }
    #expect(rules.contains(.oneCoordinator))
  }

  @Test("A store that takes ticks of old eras is found when an old coordinator wakes up")
  func takesOldEras() throws {
    #expect(try rulesOfOldCoordinator(on: BrokenStore(.takesOldEras)) == [.oneCoordinator])
    #expect(try rulesOfOldCoordinator(on: MemoryStore()) == [])
  }

  /// Two starts of a coordinator on one store, of which the first does not know of the second.
  private func rulesOfOldCoordinator(on store: any Store) throws -> [Violation.Rule] {
    let referee = RefereeBox()
    let (old, new) = (referee.open(store, start: 1), referee.open(store, start: 2))
    let era = try old.raiseEra()
    _ = try new.raiseEra()
    try? old.commit(RefereeTests.commit(0), era: era)
    return referee.violations.map(\.rule)
  }

  @Test("A store that takes nothing any more is found")
  func refusesCommits() throws {
    let rules = try rulesBroken(by: Self.restart) {
      $0.makeStore = { BrokenStore(.refusesCommits(from: 2)) }
      $0.limit = .seconds(5)
    }
    #expect(rules == [.progress])
  }

  @Test("A network that hands an old owner's word on as a present one is found")
  func oldOwner() throws {
    let rules = try rulesBroken(by: Self.cutOff) { settings in
      settings.rewrite = { head, cluster in
        // Neighbours of n3's last segment ask the old owner, whose node is told of the new era.
        guard head.target == "ends(for:at:)", head.to.name == "s09", head.to.node != "n3",
          let old = cluster("n3"), old.era < head.era
        else { return }
        old.adopt(era: head.era)
        old.expect(callers: [head.caller.actor].compactMap(\.self), in: head.era)
        head = CallHead(
          to: ActorIdentity(kind: head.to.kind, name: head.to.name, on: "n3"), target: head.target,
          twin: head.twin, era: head.era, timeLeft: head.timeLeft, caller: head.caller)
      }
    }
    #expect(rules.contains(.oneOwner))
  }

  @Test("A twin of another grid is found")
  func otherBytes() throws {
    var expected = try Self.expected.get()
    expected[2] ^= 1
    let rules = try rulesBroken(by: Self.restart) { [expected] in $0.expected = expected }
    #expect(rules == [.noChangedTick])
  }

  private func rulesBroken(
    by disaster: Disaster, change: (inout DisasterSettings) -> Void = { _ in }
  ) throws -> [Violation.Rule] {
    var settings = DisasterSettings()
    settings.expected = try Self.expected.get()
    change(&settings)
    let outcome = try DisasterRun(disaster, settings: settings).run()
    return outcome.violations.map(\.rule)
  }
}
