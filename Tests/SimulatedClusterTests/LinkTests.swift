import ActorCluster
import Distributed
import SimulatedCluster
import Testing

/// Directions that lose, double and hold up messages.
struct LinkTests {
  private let pair: Pair
  private var network: SimulatedNetwork { pair.network }

  init() { pair = Pair(SimulatedRuntime(seed: 1)) }

  // MARK: One-way partitions

  @Test("Without the way there, a call is lost before it runs")
  func cutThere() throws {
    try pair.runtime.run {
      let (_, thermometer, local) = try await pair.start()
      network.cut(from: "south", to: "north")
      await #expect(throws: ClusterError.self) { try await thermometer.add(1) }
      #expect(await local.whenLocal { $0.callCount } == 0)
      network.mend(from: "south", to: "north")
      #expect(try await thermometer.add(1) == 21)
    }
  }

  @Test("Without the way back, a call runs and its caller does not hear of it")
  func cutBack() throws {
    try pair.runtime.run {
      let (_, thermometer, local) = try await pair.start()
      network.cut(from: "north", to: "south")
      await #expect(throws: ClusterError.self) { try await thermometer.add(1) }
      #expect(await local.whenLocal { $0.callCount } == 1)
      network.mend(from: "north", to: "south")
      #expect(try await thermometer.add(1) == 22)
    }
  }

  @Test("Over a cut way nobody hears of a crash before the time is up")
  func silentCrash() throws {
    try pair.runtime.run {
      let (caller, thermometer, local) = try await pair.start()
      let call = caller.task { try await thermometer.nap(milliseconds: 1000) }
      try await caller.sleep(for: .milliseconds(100))
      network.cut(from: "north", to: "south")
      network.crash("north")
      let result = await call.result
      #expect(
        throws: ClusterError.deadlineExceeded(local.id, target: "nap(milliseconds:)")
      ) { try result.get() }
      #expect(caller.now == .seconds(3))
    }
  }

  @Test("What a node sent before it crashed still arrives")
  func lastWords() throws {
    try pair.runtime.run {
      let (caller, thermometer, local) = try await pair.start()
      network.onMessage { if $0.purpose == .request { network.crash("south") } }
      let call = caller.task { try await thermometer.add(1) }
      await #expect(throws: ClusterError.self) { try await call.value }
      try await pair.runtime.sleep(for: .seconds(1))
      #expect(await local.whenLocal { $0.callCount } == 1)
    }
  }

  @Test("What was sent to a node before it crashed does not reach it when it is back")
  func wordsToTheDead() throws {
    try pair.runtime.run {
      let (_, thermometer, _) = try await pair.start()
      network.onMessage { if $0.purpose == .request { network.crash("north") } }
      await #expect(throws: ClusterError.self) { try await thermometer.add(1) }
      network.onMessage(nil)
      let again = try await network.startNode("north")
      let fresh = try again.host("roof") { Thermometer(actorSystem: $0) }
      try await pair.runtime.sleep(for: .seconds(1))
      #expect(await fresh.whenLocal { $0.callCount } == 0)
    }
  }

  // MARK: Loss

  @Test("A share of the messages is lost, in the direction that loses alone")
  func loss() throws {
    let log = MessageLog()
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      network.setQuality(LinkQuality(loss: 0.3), from: "south", to: "north")
      network.onArrival { log.append($0) }
      await callTogether(thermometer, from: caller, times: 1000)
    }
    let requests = log.messages.count { $0.purpose == .request }
    let replies = log.messages.count { $0.purpose == .reply }
    #expect((650...750).contains(requests))
    #expect(replies == requests)
  }

  @Test("A perfect way loses, doubles and delays nothing")
  func perfect() throws {
    let log = MessageLog()
    try pair.runtime.run {
      let (caller, thermometer, local) = try await pair.start()
      network.setQuality(LinkQuality(loss: 0.5), from: "south", to: "north")
      network.setQuality(.perfect, from: "south", to: "north")
      network.onArrival { log.append($0) }
      await callTogether(thermometer, from: caller, times: 100)
      #expect(await local.whenLocal { $0.callCount } == 100)
    }
    #expect(log.messages.count == 200)
  }

  // MARK: Duplication

  @Test("A doubled request runs twice and is answered once")
  func duplication() throws {
    let log = MessageLog()
    try pair.runtime.run {
      let (caller, thermometer, local) = try await pair.start()
      network.setQuality(LinkQuality(duplication: 0.5), from: "south", to: "north")
      network.onArrival { log.append($0) }
      await callTogether(thermometer, from: caller, times: 1000)
      try await caller.sleep(for: .seconds(1))
      let runs = try #require(await local.whenLocal { $0.callCount })
      #expect((1450...1550).contains(runs))
      #expect(log.messages.count { $0.purpose == .request } == runs)
    }
    #expect(log.messages.count { $0.purpose == .reply } == 1000)
  }

  @Test("A second copy that comes late does not reach a node that started anew")
  func duplicateAfterRestart() throws {
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      network.setQuality(
        LinkQuality(duplication: 1, lateness: .seconds(1)), from: "south", to: "north")
      _ = try await thermometer.add(1)
      network.crash("north")
      let again = try await network.startNode("north")
      let fresh = try again.host("roof") { Thermometer(actorSystem: $0) }
      try await caller.sleep(for: .seconds(2))
      #expect(await fresh.whenLocal { $0.callCount } == 0)
    }
  }

  // MARK: Reordering

  @Test("Late messages are overtaken, and only as late as the link may be")
  func reordering() throws {
    let sent = MessageLog()
    let arrived = MessageLog()
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      let quality = LinkQuality(reordering: 0.2, lateness: .milliseconds(200))
      network.setQuality(quality, from: "south", to: "north")
      network.onMessage { sent.append($0) }
      network.onArrival { arrived.append($0) }
      await callTogether(thermometer, from: caller, times: 500)
    }
    let sendingTimes = Dictionary(
      uniqueKeysWithValues: sent.messages.map { ($0.index, $0.time) })
    let late = arrived.messages.count { $0.time - sendingTimes[$0.index]! > .milliseconds(2) }
    #expect((70...130).contains(late), "A fifth of 500.")
    for message in arrived.messages {
      #expect(message.time - sendingTimes[message.index]! <= .milliseconds(202))
    }
  }

  @Test("What happens on a bad link replays", arguments: [1, 2, 3] as [UInt64])
  func replay(seed: UInt64) throws {
    func run() throws -> UInt64 {
      let pair = Pair(SimulatedRuntime(seed: seed))
      try pair.runtime.run {
        let (caller, thermometer, _) = try await pair.start()
        for (from, to) in [("north", "south"), ("south", "north")] as [(NodeName, NodeName)] {
          pair.network.setQuality(
            LinkQuality(loss: 0.2, duplication: 0.2, reordering: 0.2, lateness: .seconds(1)),
            from: from, to: to)
        }
        await callTogether(thermometer, from: caller, times: 50)
      }
      return pair.network.traceHash
    }
    let first = try run()
    for _ in 0..<20 { #expect(try run() == first) }
  }

  /// Makes many calls at once, a millisecond apart, and waits until each has come to some end.
  private func callTogether(
    _ thermometer: Thermometer, from caller: ActorCluster, times: Int
  ) async {
    let calls = (0..<times).map { number in
      caller.task {
        try await caller.sleep(for: .milliseconds(number))
        return try await thermometer.add(1)
      }
    }
    for call in calls { _ = await call.result }
  }
}
