import HTTP2Session
import Testing

@testable import HTTP2Connection

@Suite("Streams over a socket")
struct OpenStreamTests {
  @Test("What is said comes back as long as both like, and trailers tell how it ended")
  func echo() async throws {
    try await Loopback.run { loopback in
      let trailers = try await loopback.stream("/converse") { stream in
        #expect(try await stream.head().status == 200)
        for number in 0..<UInt8(20) {
          try await stream.send([number])
          #expect(try await stream.next() == [number])
        }
        stream.finish()
        #expect(try await stream.next() == nil)
        return stream.trailers
      }
      #expect(trailers == ["busbar-status": "done"])
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("Who sends waits while the peer takes nothing, and little is held meanwhile")
  func backPressure() async throws {
    try await Loopback.run { loopback in
      try await loopback.stream("/pour") { stream in
        _ = try await stream.head()
        try await Task.sleep(for: .milliseconds(200))
        // The window, what waits before it, and a part that was added last.
        let poured = loopback.responder.pouredBytes
        #expect(poured >= 1 << 20)
        #expect(poured <= 1 << 20 + HTTP2OpenStream.unsentBytes + 2 * ScriptedResponder.partBytes)
        var taken = 0
        while taken < 5_000_000 { taken += try await stream.next()?.count ?? 0 }
        #expect(loopback.responder.pouredBytes >= 5_000_000)
      }
      #expect(try await loopback.isQuiet())
      #expect(await loopback.server.bufferedBytes() == 0)
    }
  }

  @Test("A stream on which nothing is said is no stall")
  func idle() async throws {
    var limits = HTTP2Limits()
    limits.stall = .milliseconds(200)
    try await Loopback.run(serverLimits: limits) { loopback in
      try await loopback.stream("/converse") { stream in
        _ = try await stream.head()
        try await Task.sleep(for: .milliseconds(800))
        try await stream.send([1])
        #expect(try await stream.next() == [1])
      }
    }
  }

  @Test("A client that takes nothing of what waits for it is a stall")
  func stalled() async throws {
    var limits = HTTP2Limits()
    limits.stall = .milliseconds(200)
    try await Loopback.run(serverLimits: limits) { loopback in
      try await loopback.stream("/pour") { stream in
        _ = try await stream.head()
        await loopback.client.closed()
        await #expect(throws: HTTP2Error.connectionLost(mayHaveRun: true)) {
          while try await stream.next() != nil {}
        }
      }
    }
  }

  @Test("A client that leaves its stream ends the server's work on it")
  func abandoned() async throws {
    try await Loopback.run { loopback in
      try await loopback.stream("/converse") { _ = try await $0.head() }
      #expect(await loopback.responder.next() == .started)
      #expect(await loopback.responder.next() == .cancelled)
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("A lost connection ends reading and writing at both ends")
  func lost() async throws {
    try await Loopback.run { loopback in
      try await loopback.stream("/converse") { stream in
        _ = try await stream.head()
        #expect(await loopback.responder.next() == .started)
        await loopback.server.abort()
        await #expect(throws: HTTP2Error.connectionLost(mayHaveRun: true)) {
          try await stream.next()
        }
        await #expect(throws: HTTP2Error.connectionLost(mayHaveRun: true)) {
          try await stream.send([1])
        }
        #expect(await loopback.responder.next() == .cancelled)
      }
    }
  }

  @Test("A stream that is opened while the server drains ends at once, too")
  func openedInDrain() async throws {
    try await Loopback.run { loopback in
      let peer = try await RawPeer.connect(toPort: loopback.server.port)
      try await peer.send(RawPeer.greeting + RawPeer.request(1, path: "/echo"))
      async let drained: Void = loopback.server.drainAndClose(within: .seconds(30))
      #expect(try await peer.nextGoAway() == RawPeer.GoAway(lastStream: .max, code: 0))
      let start = ContinuousClock.now
      // HEADERS without END_STREAM: the body is open.
      var opening = RawPeer.request(3, path: "/converse")
      opening[4] = 4
      try await peer.send(opening)
      await drained
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }

  @Test("A server that drains ends its streams with trailers and without delay")
  func drained() async throws {
    try await Loopback.run { loopback in
      try await loopback.stream("/converse") { stream in
        _ = try await stream.head()
        let start = ContinuousClock.now
        async let drained: Void = loopback.server.drainAndClose(within: .seconds(30))
        #expect(try await stream.next() == nil)
        #expect(stream.trailers == ["busbar-status": "leaving"])
        await drained
        #expect(ContinuousClock.now - start < .seconds(10))
      }
    }
  }

  @Test("A refused stream is an answer, and nobody serves it")
  func refused() async throws {
    try await Loopback.run { loopback in
      try await loopback.stream("/refused") { stream in
        let head = try await stream.head()
        #expect(head.status == 412)
        #expect(try await stream.next() == nil)
      }
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("Cancelling the task that waits ends the waiting")
  func cancelled() async throws {
    try await Loopback.run { loopback in
      try await loopback.stream("/converse") { stream in
        _ = try await stream.head()
        let reading = Task { try await stream.next() }
        try await Task.sleep(for: .milliseconds(20))
        reading.cancel()
        await #expect(throws: HTTP2Error.cancelled) { try await reading.value }
      }
    }
  }
}

extension Loopback {
  fileprivate func stream<Answer: Sendable>(
    _ path: String, _ body: (HTTP2OpenStream) async throws -> Answer
  ) async throws -> Answer {
    try await client.withStream(HTTP2RequestHead(method: "POST", path: path), body)
  }
}
