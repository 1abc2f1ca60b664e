import Testing

@testable import HTTP2Session

@Suite("A client and a server session, joined in memory")
struct HTTP2SessionTests {
  @Test("A request and its response arrive as they were sent")
  func roundTrip() throws {
    let pair = SessionPair()
    let answer = HTTP2Response(
      status: 201, headers: ["content-type": "application/cbor", "x": ""], body: [1, 2, 3])
    pair.serverSide.onRequest = { [unowned pair] _, stream in
      pair.server.respond(answer, to: stream)
    }
    let stream = try pair.submit("/v1/actors/7?a=b", headers: ["busbar-target": "scale(by:)"])
    try pair.exchange()

    let request = try #require(pair.serverSide.requests[stream])
    #expect(request.head.method == "POST")
    #expect(request.head.path == "/v1/actors/7?a=b")
    #expect(request.head.headers.fields == [.init(name: "busbar-target", value: "scale(by:)")])
    #expect(request.head.headers["Busbar-Target"] == nil)
    #expect(pair.clientSide.responses[stream] == answer)
  }

  @Test(
    "Bodies of any size are echoed, and nothing stays open",
    arguments: [0, 1, 16_384, 300_000, 1 << 20])
  func echoedBody(count: Int) throws {
    let pair = SessionPair()
    pair.echo()
    let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let stream = try pair.submit(body: body)
    try pair.exchange()

    #expect(pair.clientSide.responses[stream]?.body == body)
    #expect(pair.clientSide.ends == [stream: .completed])
    #expect(pair.serverSide.ends == [stream: .completed])
    #expect(pair.client.openStreamCount == 0 && pair.server.openStreamCount == 0)
    #expect(pair.client.bufferedBytes == 0 && pair.server.bufferedBytes == 0)
  }

  @Test("A request beyond the body limit is answered with 413 and not delivered")
  func oversizedRequest() throws {
    let pair = SessionPair()
    pair.echo()
    let stream = try pair.submit(body: Array(repeating: 0, count: (1 << 20) + 1))
    try pair.exchange()

    #expect(pair.clientSide.responses[stream]?.status == 413)
    #expect(pair.serverSide.requests.isEmpty)
    #expect(pair.client.openStreamCount == 0 && pair.server.openStreamCount == 0)
  }

  @Test("A request that declares too long a body is answered before any of it is sent")
  func declaredOversizedRequest() throws {
    let pair = SessionPair()
    try pair.exchange()
    let length = (1 << 20) + 1
    let stream = try pair.submit(
      headers: ["content-length": "\(length)"], body: Array(repeating: 0, count: length))
    try pair.exchange()

    #expect(pair.clientSide.responses[stream]?.status == 413)
    #expect(pair.serverSide.heads.isEmpty)
  }

  @Test("A response beyond the body limit ends its stream as too large")
  func oversizedResponse() throws {
    var limits = HTTP2Limits()
    limits.bodyBytes = 100
    let pair = SessionPair(clientLimits: limits)
    pair.echo()
    let fits = try pair.submit(body: Array(repeating: 7, count: 100))
    let exceeds = try pair.submit(body: Array(repeating: 7, count: 101))
    try pair.exchange()

    #expect(pair.clientSide.responses[fits]?.body.count == 100)
    #expect(pair.clientSide.ends[exceeds] == .tooLarge)
    #expect(pair.client.openStreamCount == 0 && pair.client.bufferedBytes == 0)
  }

  @Test("A refused request is answered at once and its body is never held")
  func refusedBeforeBody() throws {
    let pair = SessionPair()
    pair.serverSide.refusal = HTTP2Response(status: 412, body: [9])
    let stream = try pair.submit(body: Array(repeating: 0, count: 200_000))
    while try pair.carryToServer() + pair.carryToClient() > 0 {
      #expect(pair.server.bufferedBytes <= 1)
    }

    #expect(pair.clientSide.responses[stream] == HTTP2Response(status: 412, body: [9]))
    #expect(pair.serverSide.requests.isEmpty)
    #expect(pair.client.openStreamCount == 0 && pair.server.openStreamCount == 0)
  }

  @Test("A header list within the limit arrives; a byte beyond resets the stream")
  func headerBomb() throws {
    var limits = HTTP2Limits()
    limits.headerListBytes = 4096
    let pair = SessionPair(serverLimits: limits)
    pair.echo()
    // Pseudo-headers as the server counts them: 32 each and their letters.
    let pseudo =
      32 * 4 + ":methodPOST".utf8.count + ":schemehttp".utf8.count + ":authoritytest:1".utf8.count
      + ":path/".utf8.count
    let room = limits.headerListBytes - pseudo - 33
    let fits = try pair.submit(headers: ["a": String(repeating: "x", count: room)])
    let exceeds = try pair.submit(headers: ["a": String(repeating: "x", count: room + 1)])
    try pair.exchange()

    #expect(pair.clientSide.responses[fits]?.status == 200)
    #expect(pair.clientSide.ends[exceeds] == .reset(.enhanceYourCalm))
    #expect(pair.serverSide.requests[exceeds] == nil)
    #expect(pair.server.openStreamCount == 0)
  }

  @Test("One compressed entry repeated twenty times counts twenty times")
  func compressedHeaderBomb() throws {
    let pair = SessionPair()
    pair.echo()
    let entry = HTTP2Headers.Field(name: "bomb", value: String(repeating: "x", count: 3000))
    let bomb = try pair.submit(headers: HTTP2Headers(Array(repeating: entry, count: 20)))
    let next = try pair.submit()
    try pair.exchange()

    #expect(pair.clientSide.ends[bomb] == .reset(.enhanceYourCalm))
    #expect(pair.clientSide.responses[next]?.status == 200)
  }

  @Test("A head that cannot be sent at all is too large, not refused")
  func unsendableHead() throws {
    let pair = SessionPair()
    let stream = try pair.submit(headers: ["a": String(repeating: "x", count: 100_000)])
    try pair.exchange()
    #expect(pair.clientSide.ends == [stream: .tooLarge])
    #expect(pair.client.openStreamCount == 0)
  }

  @Test("A cancelled call closes the server's stream with CANCEL")
  func cancelledCall() throws {
    let pair = SessionPair()
    let stream = try pair.submit(body: [1])
    try pair.exchange()
    #expect(pair.server.openStreamCount == 1)
    pair.client.reset(stream, code: .cancel)
    try pair.exchange()

    #expect(pair.serverSide.ends[stream] == .reset(.cancel))
    #expect(pair.server.openStreamCount == 0 && pair.client.openStreamCount == 0)
    // An answer that comes too late is dropped.
    pair.server.respond(HTTP2Response(status: 200), to: stream)
    try pair.exchange()
    #expect(pair.clientSide.responses.isEmpty)
  }

  @Test("A call cancelled before it was sent never reaches the server")
  func cancelledBeforeSent() throws {
    let pair = SessionPair()
    let stream = try pair.submit()
    #expect(!pair.client.mayHaveRun(stream))
    pair.client.reset(stream, code: .cancel)
    try pair.exchange()

    #expect(pair.serverSide.heads.isEmpty)
    #expect(pair.clientSide.ends.count == 1)
    #expect(pair.client.openStreamCount == 0)
  }

  @Test("More calls than the peer allows wait for their turn")
  func concurrentStreams() throws {
    var limits = HTTP2Limits()
    limits.concurrentStreams = 4
    let pair = SessionPair(serverLimits: limits)
    pair.echo()
    try pair.exchange()
    let streams = try (0..<20).map { try pair.submit(body: [UInt8($0)]) }
    try pair.exchange()

    for (index, stream) in streams.enumerated() {
      #expect(pair.clientSide.responses[stream]?.body == [UInt8(index)])
    }
  }

  @Test("Between the two GOAWAYs requests are served; after the second they are refused")
  func gracefulDrain() throws {
    let pair = SessionPair()
    try pair.exchange()
    let open = try pair.submit("/open")
    try pair.exchange()
    let onItsWay = try pair.submit("/on-its-way")
    _ = try pair.client.serialize(upTo: .max)  // The client has not heard yet.
    pair.server.announceShutdown()
    try pair.exchange()
    #expect(pair.clientSide.goAways == [.noError])
    #expect(!pair.client.canSubmit)
    #expect(pair.serverSide.requests.keys.sorted() == [open, onItsWay])

    pair.server.refuseFurtherRequests()
    try pair.exchange()
    #expect(!pair.server.isFinished)
    for stream in [open, onItsWay] { pair.server.respond(HTTP2Response(status: 200), to: stream) }
    try pair.exchange()
    #expect(pair.clientSide.responses.count == 2)
    #expect(pair.server.isFinished && pair.client.isFinished)
  }

  @Test("A request above the last one that a GOAWAY names did not run")
  func refusedByGoAway() throws {
    let pair = SessionPair()
    try pair.exchange()
    pair.server.refuseFurtherRequests()
    let late = try pair.submit()
    _ = try pair.client.serialize(upTo: .max)
    try pair.carryToClient()
    try pair.exchange()

    #expect(pair.clientSide.ends[late] == .refused)
    #expect(pair.serverSide.requests.isEmpty)
  }

  @Test("A request that comes while the second GOAWAY waits to be sent is refused, not served")
  func beforeGoAwayIsOut() throws {
    let pair = SessionPair()
    try pair.exchange()
    pair.server.refuseFurtherRequests()
    let late = try pair.submit()
    try pair.carryToServer()
    #expect(pair.serverSide.requests.isEmpty && pair.serverSide.heads.isEmpty)
    try pair.exchange()
    #expect(pair.clientSide.ends[late] == .refused)
  }

  @Test("Bodies of requests wait up to a limit; those that are out or given up count no more")
  func requestBytes() throws {
    var limits = HTTP2Limits()
    limits.requestBytes = 100_000
    let pair = SessionPair(clientLimits: limits)
    pair.echo()
    func request(_ count: Int) -> HTTP2Request {
      HTTP2Request(
        head: HTTP2RequestHead(method: "POST", path: "/"), body: Array(repeating: 1, count: count))
    }
    #expect(pair.client.hasRoom(for: request(200_000)), "One alone may be as large as it likes.")
    let first = try #require(pair.client.submit(request(60_000)))
    #expect(pair.client.hasRoom(for: request(40_000)))
    #expect(!pair.client.hasRoom(for: request(40_001)))
    pair.client.reset(first, code: .cancel)
    try pair.exchange()
    #expect(pair.client.hasRoom(for: request(100_000)))
    let second = try #require(pair.client.submit(request(100_000)))
    #expect(!pair.client.hasRoom(for: request(1)))
    try pair.exchange()
    #expect(pair.clientSide.responses[second]?.body.count == 100_000)
    #expect(pair.client.hasRoom(for: request(100_000)))
  }

  @Test("A request that waits while GOAWAY comes did not run")
  func unsentAtGoAway() throws {
    let pair = SessionPair()
    try pair.exchange()
    let late = try pair.submit()
    pair.server.refuseFurtherRequests()
    try pair.carryToClient()
    try pair.exchange()

    #expect(pair.clientSide.ends[late] == .refused)
    #expect(pair.client.openStreamCount == 0)
  }

  @Test("Requests beyond the connection's budget are refused, and the budget is free afterwards")
  func bufferBudget() throws {
    var limits = HTTP2Limits()
    limits.bufferedBytes = 250_000
    let pair = SessionPair(serverLimits: limits)
    try pair.exchange()
    let streams = try (0..<5).map { _ in
      try pair.submit(body: Array(repeating: 1, count: 100_000))
    }
    try pair.exchange()
    #expect(pair.server.bufferedBytes <= 250_000)
    #expect(pair.serverSide.requests.count == 2)
    #expect(pair.clientSide.ends.values.allSatisfy { $0 == .refused })

    for stream in streams { pair.server.respond(HTTP2Response(status: 200), to: stream) }
    try pair.exchange()
    #expect(pair.clientSide.responses.count == 2)
    #expect(pair.server.bufferedBytes == 0)
  }

  @Test("A response beyond the connection's budget resets its stream")
  func responseBudget() throws {
    var limits = HTTP2Limits()
    limits.bufferedBytes = 1000
    let pair = SessionPair(serverLimits: limits)
    try pair.exchange()
    let stream = try pair.submit()
    try pair.exchange()
    pair.server.respond(
      HTTP2Response(status: 200, body: Array(repeating: 0, count: 1001)), to: stream)
    try pair.exchange()

    #expect(pair.clientSide.ends[stream] == .reset(.enhanceYourCalm))
    #expect(pair.server.bufferedBytes == 0)
  }

  @Test("A budget for one write is kept, and the rest follows")
  func writeBudget() throws {
    let pair = SessionPair()
    pair.echo()
    try pair.exchange()
    let stream = try pair.submit(body: Array(repeating: 5, count: 300_000))
    let written = try pair.client.serialize(upTo: 50_000)
    #expect((50_000..<50_000 + 16_384 + 9).contains(written))
    try pair.exchange()
    #expect(pair.clientSide.responses[stream]?.body.count == 300_000)
  }

  @Test("A flood of resets ends the connection")
  func rapidReset() throws {
    let pair = SessionPair()
    try pair.exchange()
    for _ in 0..<1200 where pair.client.canSubmit {
      let stream = try pair.submit()
      try pair.carryToServer()
      pair.client.reset(stream, code: .cancel)
      try pair.carryToServer()
    }
    try pair.carryToClient()
    #expect(pair.server.isFinished)
    #expect(pair.server.violation != nil)
    #expect(pair.clientSide.goAways.last != .noError)
  }

  @Test("Anything but the client's preface is an error, not a crash")
  func garbagePreface() throws {
    let pair = SessionPair()
    let garbage = Array("GET / HTTP/1.1\r\nhost: test\r\n\r\n".utf8)
    #expect(throws: HTTP2SessionError.self) { try pair.server.receive(garbage.span.bytes) }
    _ = try pair.server.serialize(upTo: .max)
  }

  @Test("Random bytes after the preface end the connection, not the process", arguments: 0..<20)
  func garbageFrames(seed: UInt64) throws {
    let pair = SessionPair()
    try pair.exchange()
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let garbage = (0..<4096).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    do {
      try pair.server.receive(garbage.span.bytes)
    } catch {
      return
    }
    // Either nghttp2 says GOAWAY or it still waits for the end of a frame.
    _ = try pair.server.serialize(upTo: .max)
    #expect(pair.serverSide.requests.isEmpty)
  }

  @Test("A session that ends with open streams leaves nothing behind")
  func abandonedStreams() throws {
    weak var server: HTTP2Session?
    do {
      let pair = SessionPair()
      server = pair.server
      _ = try pair.submit(body: Array(repeating: 0, count: 100_000))
      try pair.carryToServer()
      #expect(pair.server.openStreamCount == 1)
    }
    #expect(server == nil)
  }
}
