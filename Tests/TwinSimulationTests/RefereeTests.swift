import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import TwinSimulation

/// The referee's rules, one by one: each holds, and each finds what breaks it.
struct RefereeTests {
  private var referee = Referee(expected: (0..<5).map { Referee.hash(Self.commit($0)) })

  init() { referee.raised(1, by: 1, at: .zero) }

  @Test("Ticks in their order by the coordinator of the era break no rule")
  func allIsWell() {
    var referee = referee
    referee.committed(Self.commit(0), era: 1, by: 1, at: .seconds(1))
    referee.read(Self.commit(0), by: 1, at: .seconds(1))
    referee.raised(2, by: 2, at: .seconds(2))
    referee.read(Self.commit(0), by: 2, at: .seconds(2))
    referee.committed(Self.commit(1), era: 2, by: 2, at: .seconds(3))
    referee.arrived(Self.result(of: "s01", from: "n1", era: 1))
    referee.arrived(Self.result(of: "s01", from: "n1", era: 1))
    referee.arrived(Self.result(of: "s01", from: "n2", era: 2))
    referee.end(at: .seconds(4), calmSince: .seconds(2), limit: .seconds(30))
    #expect(referee.violations == [])
    #expect(referee.contributions == ["begin(_:)": 3])
  }

  @Test("A commit of an old era is found")
  func oldEra() {
    var referee = referee
    referee.raised(2, by: 2, at: .seconds(1))
    referee.committed(Self.commit(0), era: 1, by: 1, at: .seconds(2))
    #expect(referee.violations.map(\.rule) == [.oneCoordinator])
    #expect(referee.violations[0].tick == 0)
    #expect(referee.violations[0].era == 1)
  }

  @Test("A commit by another start of the coordinator than the one that raised the era is found")
  func otherCoordinator() {
    var referee = referee
    referee.committed(Self.commit(0), era: 1, by: 2, at: .seconds(2))
    #expect(referee.violations.map(\.rule) == [.oneCoordinator])
  }

  @Test("An era that does not rise is found", arguments: [0, 1] as [Int64])
  func eraStays(era: Int64) {
    var referee = referee
    referee.raised(era, by: 2, at: .seconds(1))
    #expect(referee.violations.map(\.rule) == [.oneCoordinator])
  }

  @Test("A tick that comes twice, too early or too late is found", arguments: [0, 2, 3] as [Int64])
  func wrongTick(tick: Int64) {
    var referee = referee
    referee.committed(Self.commit(0), era: 1, by: 1, at: .seconds(1))
    referee.committed(Self.commit(tick), era: 1, by: 1, at: .seconds(2))
    #expect(referee.violations.map(\.rule) == [.noLostTick])
  }

  @Test("A commit that is gone when it is read is found")
  func forgotten() {
    var referee = referee
    referee.committed(Self.commit(0), era: 1, by: 1, at: .seconds(1))
    referee.read(nil, by: 2, at: .seconds(2))
    #expect(referee.violations.map(\.rule) == [.noLostTick])
  }

  @Test("A commit with other bytes is found, when it is taken and when it is read")
  func otherBytes() {
    var referee = referee
    var commit = Self.commit(0)
    commit.states[0].state[0] ^= 1
    referee.committed(commit, era: 1, by: 1, at: .seconds(1))
    #expect(referee.violations.map(\.rule) == [.noChangedTick])
    referee.read(Self.commit(0), by: 1, at: .seconds(2))
    #expect(referee.violations.map(\.rule) == [.noChangedTick, .noChangedTick])
  }

  @Test("Two owners of a segment in one era are found, with all their names")
  func twoOwners() {
    var referee = referee
    referee.arrived(Self.result(of: "s01", from: "n1", era: 3))
    referee.arrived(Self.result(of: "s02", from: "n2", era: 3))
    referee.arrived(Self.result(of: "s01", from: "n2", era: 3))
    #expect(referee.violations.map(\.rule) == [.oneOwner])
    #expect(referee.violations[0].nodes == ["n1", "n2"])
    #expect(referee.violations[0].segment == "s01")
    #expect(referee.violations[0].era == 3)
    #expect(
      "\(referee.violations[0])"
        == "two owners (1.000 s, tick 0, era 3, segment s01, nodes n1, n2): "
        + "coordinator took a result of 'begin(_:)' from n2, after others of this era from n1")
  }

  @Test("A refusal, an error and a mere question make nobody an owner")
  func noContribution() {
    var referee = referee
    referee.arrived(Self.result(of: "s01", from: "n1", era: 3))
    for status in [412, 500, 404] {
      referee.arrived(Self.result(of: "s01", from: "n2", era: 3, status: status))
    }
    referee.arrived(Self.result(of: "s01", from: "n2", era: 3, target: "busVoltages()"))
    #expect(referee.violations == [])
  }

  @Test("No new commit within the time is found")
  func noProgress() {
    for last in [Duration.seconds(9), .seconds(41)] {
      var referee = referee
      referee.committed(Self.commit(0), era: 1, by: 1, at: last)
      referee.end(at: .seconds(42), calmSince: .seconds(10), limit: .seconds(30))
      #expect(referee.violations.map(\.rule) == [.progress])
    }
  }

  static func commit(_ tick: Int64) -> Commit {
    Commit(tick: tick, states: [SegmentRecord(segment: "s01", state: [UInt8(tick), 2, 3])])
  }

  private static func result(
    of segment: String, from node: NodeName, era: Int64, status: Int = 200,
    target: String = "begin(_:)"
  ) -> SimulatedMessage {
    SimulatedMessage(
      index: 0, time: .seconds(1), purpose: .reply, from: node, to: "coordinator", target: target,
      byteCount: 0, actor: ActorIdentity(kind: "segment", name: segment, on: node), caller: nil,
      era: era, status: status)
  }
}
