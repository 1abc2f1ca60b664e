import HTTP2Connection
import SimulatedCluster
import Testing

@testable import ActorCluster

/// Who may call what under which era.
struct EraRuleTests {
  private static let current: Int64 = 7

  @Test("What acts takes calls of the present era only", arguments: [0, 6, 7, 8, 100] as [Int64])
  func present(era: Int64) {
    #expect(EraRule.current.admits(era, current: Self.current) == (era == Self.current))
  }

  @Test(
    "What may be asked at any time takes calls of every era", arguments: [0, 6, 7, 8] as [Int64])
  func any(era: Int64) {
    #expect(EraRule.any.admits(era, current: Self.current))
  }

  @Test(
    "What begins an era takes the present one and later ones", arguments: [0, 6, 7, 8] as [Int64])
  func raises(era: Int64) {
    #expect(EraRule.raises.admits(era, current: Self.current) == (era >= Self.current))
  }

  @Test("A method acts unless it says otherwise, with a result and without")
  func actsUnlessTold() {
    let withResult = Target<Valve>("turn(by:)") { valve, angle in try await valve.turn(by: angle) }
    let without = Target<Valve>("close()") { valve in try await valve.close() }
    let told = Target<Valve>("close()", era: .any) { valve in try await valve.close() }
    for (rule, admits) in [(withResult.era, false), (without.era, false), (told.era, true)] {
      #expect(rule.admits(6, current: 7) == admits)
    }
  }

  @Test("A call is judged by its head alone, before its body is there")
  func judgedByItsHead() throws {
    try Plant.simulated { plant async throws in
      plant.north.adopt(era: 7)
      func head(era: Int64, twin: String = "plant", name: String = "main") -> CallHead {
        CallHead(
          to: ActorIdentity(kind: "valve", name: name, on: "north"), target: "close()", twin: twin,
          era: era, timeLeft: .seconds(1), caller: Caller(node: "south", actor: nil))
      }
      func refusal(_ head: CallHead) -> CallRefusal? {
        if case .failure(let refusal) = plant.north.admit(head) { refusal } else { nil }
      }
      #expect(refusal(head(era: 7)) == nil)
      #expect(refusal(head(era: 6)) == .staleEra(current: 7))
      #expect(refusal(head(era: 8)) == .staleEra(current: 7))
      #expect(refusal(head(era: 7, twin: "other")) == .wrongTwin("plant"))
      #expect(refusal(head(era: 7, name: "none")) == .noSuchActor)
      #expect(plant.north.counters.refused == 4)
    }
  }

  @Test(
    "A call that was let in is refused when its era ends, its actor goes or its node goes meanwhile"
  )
  func judgedAgain() throws {
    func judge(_ change: @escaping @Sendable (Plant) async throws -> Void) throws -> CallReply? {
      let reply = Guarded<CallReply?>(nil)
      try Plant.simulated { plant async throws in
        plant.north.adopt(era: 7)
        let head = CallHead(
          to: ActorIdentity(kind: "valve", name: "main", on: "north"), target: "close()",
          twin: "plant", era: 7, timeLeft: .seconds(1), caller: Caller(node: "south", actor: nil))
        let call = try plant.north.admit(head).get()
        try await change(plant)
        let body: [UInt8] = [0x80]
        plant.north.begin(serving: call, body) { answer in reply.withLock { $0 = answer } }
        try await plant.north.sleep(for: .milliseconds(10))
      }
      return reply.withLock { $0 }
    }
    #expect(try judge { _ in } == .returned([]))
    #expect(try judge { $0.north.adopt(era: 8) } == .refused(.staleEra(current: 8)))
    #expect(try judge { $0.north.adopt(era: 6) } == .returned([]))
    #expect(
      try judge { $0.north.remove(ActorIdentity(kind: "valve", name: "main", on: "north")) }
        == .refused(.noSuchActor))
    #expect(try judge { await $0.north.shutdown() } == .refused(.overloaded))
  }

  @Test("A node's era never goes back")
  func neverGoesBack() throws {
    let runtime = SimulatedRuntime(seed: 1)
    try runtime.run {
      let node = try await SimulatedNetwork(runtime: runtime, authority: OpenToAll()).startNode(
        "north", era: 3)
      #expect(node.adopt(era: 5) == 5)
      #expect(node.adopt(era: 4) == 5)
      #expect(node.era == 5)
    }
  }

  @Test("A node that shuts down takes no new calls and ends those that run")
  func shutsDown() throws {
    try Plant.simulated { plant async throws in
      let running = plant.south.task { try await plant.valve.wait(milliseconds: 1_000) }
      try await plant.south.sleep(for: .milliseconds(100))
      let closing = plant.north.task { await plant.north.shutdown() }
      try await plant.south.sleep(for: .milliseconds(100))
      await #expect(throws: ClusterError.self) { try await plant.valve.turn(by: 1) }
      #expect(await plant.local.whenLocal { $0.callCount } == 1)
      try await running.value
      await closing.value
    }
  }
}
