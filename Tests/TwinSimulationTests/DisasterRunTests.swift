import ActorCluster
import GridModel
import SimulatedCluster
import Testing

@testable import TwinSimulation

/// Disasters that happen to a whole twin.
struct DisasterRunTests {
  private static let expected = Result { try DisasterRun.expected(ticks: 32) }

  private static func run(_ seed: UInt64, traceLength: Int = 0) throws -> DisasterOutcome {
    var settings = DisasterSettings()
    settings.expected = try expected.get()
    settings.traceLength = traceLength
    return try DisasterRun(Disaster(seed: seed), settings: settings).run()
  }

  @Test("An undisturbed twin breaks no rule and tells the referee of everything")
  func undisturbed() throws {
    var settings = DisasterSettings()
    settings.expected = try Self.expected.get()
    let outcome = try DisasterRun(.none, settings: settings).run()
    #expect(outcome.violations == [])
    #expect(outcome.eras == 1)
    #expect(outcome.exits == [])
    #expect(outcome.strays == 0)
    #expect(outcome.hashes == Array(settings.expected.prefix(Int(outcome.ticks))))
    let targets = [
      "begin(_:)", "advance(by:)", "conclude(_:)", "ends(for:at:)", "commit(_:equivalent:)",
    ]
    #expect(outcome.contributions.keys.sorted() == targets.sorted())
    #expect(outcome.contributions["begin(_:)"] == 24 * Int(outcome.ticks))
  }

  @Test("A seed replays exactly, twenty seeds twice", arguments: 1...20 as ClosedRange<UInt64>)
  func replay(seed: UInt64) throws {
    let first = try Self.run(seed)
    #expect(first.violations == [])
    #expect(first.strays == 0)
    #expect(try Self.run(seed) == first)
  }

  @Test(
    "A twin that balances breaks no rule either, and replays",
    arguments: 1...5 as ClosedRange<UInt64>, [BalancingPlan.Algorithm.admm, .tree])
  func balanced(seed: UInt64, algorithm: BalancingPlan.Algorithm) throws {
    var settings = DisasterSettings()
    settings.balancing = algorithm
    settings.expected = try DisasterRun.expected(ticks: 24, balancing: algorithm)
    let run = DisasterRun(Disaster(seed: seed), settings: settings)
    let outcome = try run.run()
    #expect(outcome.violations == [])
    #expect(outcome.strays == 0)
    #expect(outcome.contributions["exchange(_:with:at:)", default: 0] > 24)
    #expect(try run.run() == outcome)
  }

  @Test("A trace that is kept changes nothing, and ends with what happened last")
  func trace() throws {
    let plain = try Self.run(3)
    var traced = try Self.run(3, traceLength: 100)
    #expect(traced.trace.count == 100)
    #expect(traced.traceHash == plain.traceHash)
    traced.trace = []
    #expect(traced == plain)
  }

  @Test("Other seeds leave other traces and the same ticks")
  func otherSeeds() throws {
    let outcomes = try (100..<110 as Range<UInt64>).map { try Self.run($0) }
    #expect(Set(outcomes.map(\.traceHash)).count == 10)
    let shortest = outcomes.map(\.hashes.count).min()!
    for outcome in outcomes {
      #expect(outcome.hashes.prefix(shortest) == outcomes[0].hashes.prefix(shortest))
    }
  }

  @Test("A node that crashes for good costs an era and no tick")
  func crash() throws {
    let outcome = try run(
      Fault(kind: .crash("n2", returns: false), start: .seconds(1), end: .seconds(2)))
    #expect(outcome.violations == [])
    #expect(outcome.eras >= 2)
    #expect(outcome.exits == [])
  }

  @Test("Whoever stood still is refused and comes back as new")
  func pause() throws {
    let outcome = try run(Fault(kind: .pause("n2"), start: .seconds(1), end: .seconds(11)))
    #expect(outcome.violations == [])
    #expect(outcome.eras >= 3, "Its segments went and came back.")
  }

  @Test(
    "A store crash around a commit leaves the tick whole or not there",
    arguments: [StoreCrash.beforeCommit, .afterCommit])
  func storeCrash(crash: StoreCrash) throws {
    let outcome = try run(Fault(kind: .storeCrash(crash), start: .seconds(1), end: .seconds(8)))
    #expect(outcome.violations == [])
    #expect(outcome.coordinatorStarts == 2)
  }

  private func run(_ fault: Fault) throws -> DisasterOutcome {
    var settings = DisasterSettings()
    settings.expected = try Self.expected.get()
    return try DisasterRun(Disaster(seed: 1, faults: [fault]), settings: settings).run()
  }
}
