import Testing

@testable import HTTP2Connection

/// How the two ends of a connection take leave of each other.
@Suite("A connection that is left", .timeLimit(.minutes(1)))
struct DrainTests {
  @Test("A drained server answers what is open and takes nothing new")
  func gracefulDrain() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task { try await loopback.send("/hold") }
      #expect(await loopback.responder.next() == .started)
      let drain = Task { await loopback.server.drainAndClose() }
      while loopback.client.isOpen { try await Task.sleep(for: .milliseconds(5)) }
      #expect(await loopback.failure(of: "/echo") == .closed)

      loopback.responder.release()
      #expect(try await call.value.status == 200)
      await drain.value
      await loopback.client.closed()
    }
  }

  @Test("A drain ends in time even if a request does not")
  func drainLimit() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task { await loopback.failure(of: "/hold") }
      #expect(await loopback.responder.next() == .started)
      await loopback.server.drainAndClose(within: .milliseconds(300))
      #expect(await call.value == .connectionLost(mayHaveRun: true))
      #expect(await loopback.responder.next() == .cancelled)
    }
  }

  @Test("A drain says GOAWAY twice, and a request between the two is served")
  func twoGoAways() async throws {
    try await Loopback.run { loopback async throws in
      let peer = try await RawPeer.connect(toPort: loopback.server.port)
      try await peer.send(RawPeer.greeting + RawPeer.request(1, path: "/hold"))
      #expect(await loopback.responder.next() == .started)
      let drain = Task { await loopback.server.drainAndClose() }
      #expect(try await peer.nextGoAway() == RawPeer.GoAway(lastStream: .max, code: 0))
      try await peer.send(RawPeer.request(3, path: "/hold"))
      #expect(await loopback.responder.next() == .started)
      #expect(try await peer.nextGoAway() == RawPeer.GoAway(lastStream: 3, code: 0))
      loopback.responder.release()
      await drain.value
      #expect(try await peer.nextGoAway() == nil)
      #expect(peer.endedStreams.sorted() == [1, 3])
    }
  }

  @Test("A client that drains gets its answers and ends; it takes nothing new")
  func clientDrain() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task { try await loopback.send("/hold") }
      #expect(await loopback.responder.next() == .started)
      let drain = Task { await loopback.client.drain(within: .seconds(10)) }
      while loopback.client.isOpen { try await Task.sleep(for: .milliseconds(5)) }
      #expect(await loopback.failure(of: "/echo") == .closed)
      loopback.responder.release()
      #expect(try await call.value.status == 200)
      await drain.value
      #expect(await loopback.failure(of: "/echo") == .closed)
      #expect(loopback.client.isRetired)
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("A client's drain ends in time even if a call does not")
  func clientDrainLimit() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task { await loopback.failure(of: "/hold") }
      #expect(await loopback.responder.next() == .started)
      await loopback.client.drain(within: .milliseconds(100))
      #expect(await call.value == .connectionLost(mayHaveRun: true))
    }
  }

  @Test("A connection that carried its share of requests is left when the last is answered")
  func spentConnection() async throws {
    var limits = HTTP2Limits()
    limits.requestsPerConnection = 3
    try await Loopback.run(clientLimits: limits) { loopback async throws in
      for _ in 0..<2 { #expect(try await loopback.send("/echo", body: [1]).body == [1]) }
      #expect(loopback.client.isOpen)
      let call = Task { try await loopback.send("/hold") }
      #expect(await loopback.responder.next() == .started)
      #expect(!loopback.client.isOpen)
      // A call that was on its way is carried all the same.
      #expect(try await loopback.send("/echo", body: [2]).body == [2])
      loopback.responder.release()
      #expect(try await call.value.status == 200)
      await loopback.client.closed()
      #expect(loopback.client.isRetired)
    }
  }
}
