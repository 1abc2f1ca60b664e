import ActorCluster
import GridModel
import SimulatedCluster
import Testing

@testable import Twin

/// Who may call what.
struct CallTableTests {
  private static func permission(
    _ method: String, of kind: String, by node: NodeName, as actor: ActorIdentity? = nil
  ) -> CallPermission {
    CallTable().permission(
      for: CallHead(
        to: ActorIdentity(kind: kind, name: "x", on: "middle"), target: method, twin: "twin",
        era: 1,
        timeLeft: .seconds(1), caller: Caller(node: node, actor: actor)
      ).route, from: nil)
  }

  @Test("Every method that peers can name has a caller, and every rule names a method")
  func complete() {
    let named = Dictionary(
      grouping: CallTable.rules.flatMap { rule in rule.methods.map { (rule.kind, $0) } },
      by: \.0
    ).mapValues { Set($0.map(\.1)) }
    #expect(named[Segment.kind] == Set(Segment.targets.names))
    #expect(named[NodeAgent.kind] == Set(NodeAgent.targets.names))
    #expect(named[Coordinator.kind] == Set(Coordinator.targets.names))
    #expect(named[Archive.kind] == Set(Archive.targets.names))
    #expect(named.count == 4)
  }

  @Test("What the table does not allow is refused")
  func deniedByDefault() {
    for node in ["north", "operator-anna", "nobody"] as [NodeName] {
      #expect(Self.permission("begin(_:)", of: Segment.kind, by: node) == .never)
      #expect(Self.permission("leave()", of: NodeAgent.kind, by: node) == .never)
      #expect(Self.permission("heartbeat()", of: "unheard-of", by: node) == .never)
      #expect(Self.permission("unheardOf()", of: Segment.kind, by: node) == .never)
    }
    #expect(Self.permission("join(_:era:)", of: Coordinator.kind, by: "operator-anna") == .never)
    #expect(Self.permission("status()", of: Coordinator.kind, by: "north") == .never)
    #expect(Self.permission("status()", of: Coordinator.kind, by: "operator-anna") == .always)
    #expect(Self.permission("begin(_:)", of: Segment.kind, by: "coordinator") == .always)
  }

  @Test(
    "Events and history are for operators",
    arguments: ["north", "coordinator", "nobody"] as [NodeName])
  func looking(node: NodeName) {
    let questions =
      [(Coordinator.kind, "events(after:)")] + Archive.targets.names.map { (Archive.kind, $0) }
    for (kind, method) in questions {
      #expect(Self.permission(method, of: kind, by: "operator-anna") == .always)
      #expect(Self.permission(method, of: kind, by: node) == .never)
    }
  }

  @Test("Every peer may read how a process is, and operators what it counts")
  func pages() {
    for role in ["coordinator", "node", "meter", "aggregator", "operator"] {
      let peer = "spiffe://twin/\(role)/x"
      #expect(CallTable.lets(peer, read: .health))
      #expect(CallTable.lets(peer, read: .metrics) == (role == "operator"))
    }
    for page in StatusPage.allCases {
      #expect(!CallTable.lets("spiffe://twin/king/x", read: page))
      #expect(!CallTable.lets("", read: page))
      #expect(CallTable.lets(nil, read: page), "In plaintext, on this machine.")
    }
  }

  @Test("Operators may subscribe to every topic, and nobody else to any")
  func topics() {
    for topic in TwinTopic.allCases {
      for role in ["coordinator", "node", "meter", "aggregator", "operator", "king"] {
        #expect(
          CallTable.lets("spiffe://twin/\(role)/x", subscribeTo: topic) == (role == "operator"))
      }
      // A node is no operator by its name.
      #expect(!CallTable.lets("spiffe://twin/node/operator-x", subscribeTo: topic))
      #expect(!CallTable.lets("", subscribeTo: topic))
      #expect(CallTable.lets(nil, subscribeTo: topic), "In plaintext, on this machine.")
    }
  }

  @Test("A node speaks to segments only as a segment, and that is looked at in each era")
  func segments() {
    let segment = ActorIdentity(kind: Segment.kind, name: "a", on: "north")
    let agent = NodeAgent.identity(on: "north")
    let method = "ends(for:at:)"
    #expect(
      Self.permission(method, of: Segment.kind, by: "north", as: segment) == .ofExpectedCaller)
    #expect(Self.permission(method, of: Segment.kind, by: "north", as: agent) == .never)
    #expect(Self.permission(method, of: Segment.kind, by: "north") == .never)
    #expect(Self.permission(method, of: Segment.kind, by: "operator-anna", as: segment) == .never)
  }
}

struct RefusalNotesTests {
  @Test("The first refusal is told at once, then those of ten seconds together")
  func notes() {
    var notes = RefusalNotes()
    #expect(notes.note(total: 0, at: .seconds(1)) == nil)
    #expect(notes.note(total: 2, at: .seconds(2)) == 2)
    #expect(notes.note(total: 500, at: .seconds(3)) == nil)
    #expect(notes.note(total: 900, at: .seconds(12)) == 898)
    #expect(notes.note(total: 900, at: .seconds(30)) == nil)
    #expect(notes.note(total: 3, at: .seconds(50)) == 3, "A process that was started again.")
  }

  @Test(
    "What a stranger wrote into a refusal writes no line and no colour of its own, nor a long text")
  func escapes() {
    let refusals = Refusals(count: 1, last: "x\u{1B}]0;owned\u{7}\n09:00 south was revoked\u{202E}")
    #expect(refusals.last == #"x\x1b]0;owned\x07\n09:00 south was revoked\u{202e}"#)
    #expect(Refusals(count: 1, last: String(repeating: "a", count: 500)).last?.count == 201)
  }

  @Test("Calls and connections are told of each by itself, with the last one")
  func kinds() {
    var refusals = NodeRefusals()
    let call = Refusals(count: 1, last: "x wanted 'y'")
    let first = refusals.news(of: "north", calls: call, connections: Refusals(), at: .seconds(1))
    #expect(first.map(\.kind) == [.callsRefused])
    #expect(
      first.first?.text
        == "north refused 1 call whose caller had no right to make it; the last: x wanted 'y'")
    let peers = Refusals(count: 2, last: "10.0.0.7:4, because it shows no certificate")
    let second = refusals.news(of: "north", calls: call, connections: peers, at: .seconds(2))
    #expect(second.map(\.kind) == [.connectionsRefused])
    #expect(
      second.first?.text
        == "north let 2 peers not in; the last: 10.0.0.7:4, because it shows no certificate")
    #expect(refusals.news(of: "north", calls: call, connections: peers, at: .seconds(3)).isEmpty)
  }
}

/// Strangers in a running twin.
struct AuthorisationTests {
  @Test("A node that speaks for a segment it does not own is refused, and the twin tells of it")
  func impostor() throws {
    let told = EventLog()
    let twin = try SimulatedTwin(Grids.evening, events: told.sink)
    try twin.runtime.run {
      let processes = try await twin.form()
      let era = processes.clusters[0].era
      let victim = try #require(processes.clusters[1].hosted.first { $0.kind == Segment.kind })
      let other = try #require(processes.clusters[2].hosted.first { $0.kind == Segment.kind })
      let impostor = try await twin.network.startNode("impostor", twin: twin.plan.name, era: era)
      let segment = try Segment.resolve(id: victim, using: impostor)
      // As a segment of its own making, which owns nothing in this era.
      let pretended = ActorIdentity(kind: Segment.kind, name: other.name, on: "impostor")
      await #expect(throws: ClusterError.self) {
        try await ActorCluster.onOwnBehalf(of: pretended) {
          _ = try await segment.ends(
            for: SegmentPlan.ID(other.name), at: Moment(era: era, tick: 0))
        }
      }
      #expect(processes.clusters[1].refusedCalls.count == 1)
      #expect(processes.clusters[1].refusedCalls.last?.contains("impostor") == true)
      #expect(try await processes.coordinator.runTick().tick == 0)
      try await processes.clusters[0].sleep(for: .seconds(1))
      let notes = told.events.filter { $0.kind == .callsRefused }
      #expect(notes.count == 1)
      #expect(notes.first?.node == processes.clusters[1].node)
      await impostor.shutdown()
      await processes.shutdown()
    }
  }

  @Test("A segment cannot speak as another one to their neighbour")
  func otherNeighbour() throws {
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.form()
      let era = processes.clusters[0].era
      let segments = processes.clusters.dropFirst().flatMap { cluster in
        cluster.hosted.filter { $0.kind == Segment.kind }.map { (cluster, $0) }
      }
      var asked = 0
      for (cluster, own) in segments {
        for (_, other) in segments where other != own {
          for (_, claimed) in segments where claimed != own && claimed != other {
            let actor = try Segment.resolve(id: other, using: cluster)
            let error = await #expect(throws: ClusterError.self) {
              try await ActorCluster.onOwnBehalf(of: own) {
                _ = try await actor.shadowEnds(for: SegmentPlan.ID(claimed.name))
              }
            }
            guard case .remote(let failure) = error else { continue }
            #expect(
              failure.decoded(as: SegmentError.self)
                == .notNeighbour(SegmentPlan.ID(claimed.name)))
            asked += 1
          }
        }
      }
      #expect(asked >= 2)
      // As itself it is heard, by its neighbours.
      var heard = 0
      for (cluster, own) in segments {
        for (_, other) in segments where other != own {
          let actor = try Segment.resolve(id: other, using: cluster)
          let ends = try? await ActorCluster.onOwnBehalf(of: own) {
            try await actor.shadowEnds(for: SegmentPlan.ID(own.name))
          }
          if ends != nil { heard += 1 }
        }
      }
      #expect(heard >= 2)
      #expect(try await processes.coordinator.runTick().tick == 0)
      _ = era
      await processes.shutdown()
    }
  }

  @Test("A stranger cannot end a node, start a tick or look at the twin")
  func stranger() throws {
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.form()
      let era = processes.clusters[0].era
      let stranger = try await twin.network.startNode("stranger", twin: twin.plan.name, era: era)
      let agent = try NodeAgent.resolve(id: NodeAgent.identity(on: "middle"), using: stranger)
      let coordinator = try Coordinator.resolve(id: processes.coordinator.id, using: stranger)
      await #expect(throws: ClusterError.self) { try await agent.leave() }
      await #expect(throws: ClusterError.self) { _ = try await coordinator.status() }
      await #expect(throws: ClusterError.self) {
        try await coordinator.join(SimulatedTwin.card(of: "middle"), era: era)
      }
      #expect(try await processes.coordinator.runTick().tick == 0)
      await stranger.shutdown()
      await processes.shutdown()
    }
  }

  @Test("The next era forgets who could speak in the last one")
  func nextEra() throws {
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.form()
      let node = processes.clusters[1]
      let victim = try #require(node.hosted.first { $0.kind == Segment.kind })
      let caller = ActorIdentity(kind: Segment.kind, name: "old", on: "old")
      let head = { (era: Int64) in
        CallHead(
          to: victim, target: "ends(for:at:)", twin: twin.plan.name, era: era,
          timeLeft: .seconds(1), caller: Caller(node: "old", actor: caller))
      }
      let isLetIn = { (era: Int64) in
        if case .success = node.admit(head(era)) { true } else { false }
      }
      #expect(!isLetIn(node.era))
      node.expect(callers: [caller], in: node.era - 1)
      #expect(!isLetIn(node.era))
      node.expect(callers: [caller], in: node.era)
      #expect(isLetIn(node.era))
      node.adopt(era: node.era + 1)
      #expect(!isLetIn(node.era))
      await processes.shutdown()
    }
  }
}
