import NIOCore
import Testing

@testable import HTTP2Connection

@Suite("A client and a server over the loopback interface", .timeLimit(.minutes(1)))
struct HTTP2ConnectionTests {
  @Test("A body is echoed whatever its size", arguments: [0, 1, 300_000, 1 << 20])
  func echoedBody(count: Int) async throws {
    try await Loopback.run { loopback async throws in
      let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let response = try await loopback.send("/echo", body: body)
      #expect(response.status == 200)
      #expect(response.body == body)
      #expect(try await loopback.isQuiet())
      #expect(loopback.client.counters.requests == 1)
      #expect(loopback.client.counters.bytesSent > count)
      #expect(loopback.client.counters.bytesReceived > count)
    }
  }

  @Test("A body over the server's limit is answered with 413, and the connection goes on")
  func oversizedRequest() async throws {
    try await Loopback.run { loopback async throws in
      let body = Array(repeating: UInt8(0), count: 3 << 20)
      let response = try await loopback.send("/echo", body: body)
      #expect(response.status == 413)
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("A response over the client's limit fails the call alone")
  func oversizedResponse() async throws {
    var limits = HTTP2Limits()
    limits.bodyBytes = 1000
    try await Loopback.run(clientLimits: limits) { loopback async throws in
      #expect(await loopback.failure(of: "/large") == .tooLarge)
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("A hundred calls at a time share one connection")
  func concurrentCalls() async throws {
    try await Loopback.run { loopback async throws in
      let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
        for caller in 0..<100 {
          group.addTask {
            for turn in 0..<20 {
              let body = [UInt8(caller), UInt8(turn)]
              if try await loopback.send("/echo", body: body).body != body { return false }
            }
            return true
          }
        }
        return try await group.reduce(into: 0) { if !$1 { $0 += 1 } }
      }
      #expect(wrong == 0)
      #expect(loopback.client.counters.requests == 2000)
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("Large bodies at a time wait for each other, none is lost")
  func concurrentLargeBodies() async throws {
    var limits = HTTP2Limits()
    limits.bufferedBytes = 64 << 20
    try await Loopback.run(serverLimits: limits, clientLimits: limits) { loopback async throws in
      let body = Array(repeating: UInt8(9), count: 300_000)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<40 {
          group.addTask { try await loopback.send("/echo", body: body).body == body }
        }
        for try await isEqual in group { #expect(isEqual) }
      }
      #expect(try await loopback.isQuiet())
      #expect(await loopback.server.bufferedBytes() == 0)
    }
  }

  @Test("A cancelled call returns at once and the server's task is cancelled")
  func cancelledCall() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task { await loopback.failure(of: "/hold") }
      #expect(await loopback.responder.next() == .started)
      call.cancel()
      #expect(await call.value == .cancelled)
      #expect(await loopback.responder.next() == .cancelled)
      #expect(try await loopback.isQuiet())
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
    }
  }

  @Test("A call of a task that was cancelled before is not sent")
  func cancelledBefore() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task {
        withUnsafeCurrentTask { unsafe $0?.cancel() }
        return await loopback.failure(of: "/hold")
      }
      #expect(await call.value == .cancelled)
      #expect(loopback.client.counters.requests == 0)
    }
  }

  @Test("Calls cancelled at any moment all end, and leave nothing open")
  func cancelledAnyTime() async throws {
    try await Loopback.run { loopback async throws in
      await withTaskGroup(of: Void.self) { group in
        for delay in 0..<200 {
          group.addTask {
            let call = Task { await loopback.failure(of: "/echo", body: [1, 2, 3]) }
            try? await Task.sleep(for: .microseconds(delay * 5))
            call.cancel()
            let error = await call.value
            #expect(error == nil || error == .cancelled)
          }
        }
      }
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("Every call in flight learns that its server was killed and may have run it")
  func killedServer() async throws {
    try await Loopback.run { loopback async throws in
      let calls = (0..<10).map { _ in Task { await loopback.failure(of: "/hold") } }
      for _ in calls { #expect(await loopback.responder.next() == .started) }
      await loopback.server.abort()
      for call in calls { #expect(await call.value == .connectionLost(mayHaveRun: true)) }
      for _ in calls { #expect(await loopback.responder.next() == .cancelled) }
      #expect(!loopback.client.isOpen)
      #expect(await loopback.failure(of: "/echo") == .closed)
    }
  }

  @Test("A call that waited for its turn when the server was killed did not run")
  func killedServerBeforeSent() async throws {
    var limits = HTTP2Limits()
    limits.concurrentStreams = 1
    try await Loopback.run(serverLimits: limits) { loopback async throws in
      // Until the server's settings are here, the client takes no turns.
      _ = try await loopback.send("/echo")
      let first = Task { await loopback.failure(of: "/hold") }
      #expect(await loopback.responder.next() == .started)
      let second = Task { await loopback.failure(of: "/hold") }
      while loopback.client.counters.requests < 3 { try await Task.sleep(for: .milliseconds(5)) }
      await loopback.server.abort()
      #expect(await first.value == .connectionLost(mayHaveRun: true))
      #expect(await second.value == .connectionLost(mayHaveRun: false))
    }
  }

  @Test("A request beyond the server's budget is refused; it is taken when there is room again")
  func refusedOverBudget() async throws {
    var limits = HTTP2Limits()
    limits.bufferedBytes = 1000
    try await Loopback.run(serverLimits: limits) { loopback async throws in
      let body = Array(repeating: UInt8(1), count: 900)
      let held = Task { try await loopback.send("/hold", body: body) }
      #expect(await loopback.responder.next() == .started)
      #expect(await loopback.failure(of: "/echo", body: body) == .refused)
      loopback.responder.release()
      #expect(try await held.value.status == 200)
      #expect(try await loopback.send("/echo", body: body).body == body)
    }
  }

  @Test("A request may be answered where it arrives")
  func answeredAtOnce() async throws {
    try await Loopback.run { loopback async throws in
      for length in [0, 5, 300_000] {
        let body = [UInt8](repeating: 7, count: length)
        #expect(try await loopback.send("/echo-at-once", body: body).body == body)
      }
      #expect(try await loopback.isQuiet())
    }
  }

  @Test("A client without a call in flight notices that its server was killed")
  func killedServerWhileIdle() async throws {
    try await Loopback.run { loopback async throws in
      _ = try await loopback.send("/echo")
      #expect(loopback.client.isOpen)
      await loopback.server.abort()
      await loopback.client.closed()
      #expect(!loopback.client.isOpen)
    }
  }

  @Test("Waiting for the end of a connection can be cancelled")
  func cancelledWait() async throws {
    try await Loopback.run { loopback async throws in
      let wait = Task { await loopback.client.closed() }
      wait.cancel()
      await wait.value
      #expect(loopback.client.isOpen)
    }
  }

  @Test("A client that closes ends its own calls and the server's tasks")
  func closedByClient() async throws {
    try await Loopback.run { loopback async throws in
      let call = Task { await loopback.failure(of: "/hold") }
      #expect(await loopback.responder.next() == .started)
      await loopback.client.close()
      #expect(await call.value == .connectionLost(mayHaveRun: true))
      #expect(await loopback.responder.next() == .cancelled)
      #expect(await loopback.failure(of: "/echo") == .closed)
    }
  }

  @Test("A request that is not admitted is answered before its body, which is never held")
  func refusedRequest() async throws {
    try await Loopback.run { loopback async throws in
      let body = Array(repeating: UInt8(0), count: 8 << 20)
      #expect(try await loopback.send("/refused", body: body).status == 412)
      #expect(await loopback.server.bufferedBytes() == 0)
      #expect(try await loopback.isQuiet())
      // Far less than the body went out.
      #expect(loopback.client.counters.bytesSent < 4 << 20)
    }
  }

  @Test("A header bomb is reset, and the connection goes on")
  func headerBomb() async throws {
    try await Loopback.run { loopback async throws in
      var head = HTTP2RequestHead(method: "POST", path: "/echo")
      for _ in 0..<20 { head.headers.append(name: "x", value: String(repeating: "y", count: 1000)) }
      await #expect(throws: HTTP2Error.reset(.enhanceYourCalm)) {
        _ = try await loopback.client.send(HTTP2Request(head: head))
      }
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
    }
  }

  @Test("More calls than may be under way end as busy, and did not run")
  func busy() async throws {
    var limits = HTTP2Limits()
    limits.callsInFlight = 2
    try await Loopback.run(clientLimits: limits) { loopback async throws in
      let calls = (0..<2).map { _ in Task { try await loopback.send("/hold") } }
      for _ in calls { #expect(await loopback.responder.next() == .started) }
      #expect(await loopback.failure(of: "/echo") == .busy)
      loopback.responder.release()
      for call in calls { #expect(try await call.value.status == 200) }
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
    }
  }

  @Test("Whoever waits for a connection that is not made can give it up at once")
  func cancelledConnecting() async throws {
    // It takes connections and never says a word; the other one's handshake waits.
    let listener = try await RawPeer.listen(andWrite: [])
    let port = try #require(listener.localAddress?.port)
    struct Nobody: HTTP2PeerAuthority {
      func admit(_ chain: [[UInt8]]) async -> HTTP2PeerAdmission { .refused("it is nobody") }
      var strangers: HTTP2PeerAdmission { .refused("it is a stranger") }
      func reasonToLeave(_ chain: [[UInt8]]) -> String? { nil }
    }
    let tls = try HTTP2Security(nil, authority: Nobody())
    let connecting = Task { () -> HTTP2Error? in
      do throws(HTTP2Error) {
        _ = try await HTTP2ClientConnection.connect(
          host: "127.0.0.1", port: port, on: Loopback.group, timeout: .seconds(20), tls: tls)
        return nil
      } catch {
        return error
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    let start = ContinuousClock.now
    connecting.cancel()
    #expect(await connecting.value == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(5))
    try await listener.close()
  }

  @Test("A peer that does not speak HTTP/2 is disconnected; the next one is served")
  func garbagePreface() async throws {
    try await Loopback.run { loopback async throws in
      try await RawPeer.write(
        Array("GET / HTTP/1.1\r\nhost: x\r\n\r\n".utf8), toPort: loopback.server.port)
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
    }
  }

  @Test("A server that does not speak HTTP/2 is a violation of the protocol")
  func garbageServer() async throws {
    let listener = try await RawPeer.listen(andWrite: Array("HTTP/1.1 400 Bad Request\r\n".utf8))
    let port = try #require(listener.localAddress?.port)
    let client = try await HTTP2ClientConnection.connect(
      host: "127.0.0.1", port: port, on: Loopback.group)
    let head = HTTP2RequestHead(method: "GET", path: "/")
    do {
      _ = try await client.send(HTTP2Request(head: head))
      Issue.record("Nobody can have answered.")
    } catch HTTP2Error.protocolViolation, HTTP2Error.closed {
      // Closed, if the garbage came before the call.
    }
    await client.closed()
    try await listener.close().get()
  }

  @Test("A port where nobody listens is named in a sentence")
  func closedPort() async throws {
    let listener = try await RawPeer.listen(andWrite: [])
    let port = try #require(listener.localAddress?.port)
    try await listener.close().get()
    await #expect(
      throws: HTTP2Error.cannotConnect(
        "cannot connect to 127.0.0.1:\(port): nobody listens there; "
          + "check that the process runs and that the port is right")
    ) {
      _ = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, on: Loopback.group)
    }
  }

  @Test("A port that is taken is named in a sentence")
  func takenPort() async throws {
    try await Loopback.run { loopback async throws in
      let port = loopback.server.port
      await #expect(
        throws: HTTP2BindError(
          description: "cannot listen on 127.0.0.1:\(port): the port is taken; "
            + "stop what uses it or choose another")
      ) {
        _ = try await HTTP2Server.bind(
          host: "127.0.0.1", port: port, on: Loopback.group, responder: ScriptedResponder())
      }
    }
  }

  @Test("Connections beyond the limit are closed, the others stay")
  func connectionLimit() async throws {
    var limits = HTTP2Limits()
    limits.connections = 1
    try await Loopback.run(serverLimits: limits) { loopback async throws in
      _ = try await loopback.send("/echo")
      let second = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: loopback.server.port, on: Loopback.group)
      await second.closed()
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
    }
  }

  @Test("A client that asks for much and takes nothing is disconnected")
  func zeroWindow() async throws {
    var limits = HTTP2Limits()
    limits.stall = .milliseconds(200)
    try await Loopback.run(serverLimits: limits) { loopback async throws in
      _ = try await loopback.send("/echo")
      try await RawPeer.write(RawPeer.requestWithoutWindow, toPort: loopback.server.port)
      // The idle client is still welcome.
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
      #expect(await loopback.server.bufferedBytes() == 0)
    }
  }

  @Test("A client that connects and says nothing is disconnected")
  func silentClient() async throws {
    var limits = HTTP2Limits()
    limits.stall = .milliseconds(200)
    try await Loopback.run(serverLimits: limits) { loopback async throws in
      try await RawPeer.write([], toPort: loopback.server.port)
      #expect(try await loopback.send("/echo", body: [1]).body == [1])
    }
  }

  @Test("A request that takes longer than the stall limit is not disturbed")
  func slowResponder() async throws {
    var limits = HTTP2Limits()
    limits.stall = .milliseconds(500)
    try await Loopback.run(serverLimits: limits) { loopback async throws in
      let call = Task { try await loopback.send("/hold") }
      try await Task.sleep(for: .seconds(1))
      loopback.responder.release()
      #expect(try await call.value.status == 200)
    }
  }
}
