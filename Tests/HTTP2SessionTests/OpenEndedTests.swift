import Testing

@testable import HTTP2Session

@Suite("Open-ended bodies of two sessions, joined in memory")
struct OpenEndedTests {
  /// A pair whose server opens a stream for every request, and the first one's number.
  private func opened(
    serverLimits: HTTP2Limits = .init(), takes: Bool = true
  ) throws -> (SessionPair, Int32) {
    let pair = SessionPair(serverLimits: serverLimits)
    pair.serverSide.onHead = { [unowned server = pair.server] in
      server.openResponse(["x": "y"], to: $0)
    }
    if takes {
      pair.serverSide.onPart = { [unowned server = pair.server] in server.take($0.count, of: $1) }
      pair.clientSide.onPart = { [unowned client = pair.client] in client.take($0.count, of: $1) }
    }
    let head = HTTP2RequestHead(method: "POST", path: "/")
    let stream = try #require(pair.client.openRequest(head))
    try pair.exchange()
    return (pair, stream)
  }

  @Test("The response's head arrives before anything is said, and nobody owes anything then")
  func headFirst() throws {
    let (pair, stream) = try opened()
    #expect(pair.clientSide.openHeads[stream] == HTTP2Response(status: 200, headers: ["x": "y"]))
    #expect(!pair.server.hasUnsentBody)
    #expect(pair.server.openStreamCount == 1)
    #expect(pair.server.bufferedBytes == 0 && pair.client.bufferedBytes == 0)
  }

  @Test("Both sides add to their bodies as they like, and end them with trailers")
  func conversation() throws {
    let (pair, stream) = try opened()
    for number in 0..<UInt8(5) {
      pair.client.add([number], to: stream)
      pair.server.add([10 + number], to: stream)
      try pair.exchange()
      #expect(pair.serverSide.parts[stream]?.last == number)
      #expect(pair.clientSide.parts[stream]?.last == 10 + number)
    }
    pair.client.finish(stream)
    try pair.exchange()
    #expect(pair.serverSide.trailers[stream] == HTTP2Headers())
    #expect(pair.clientSide.trailers[stream] == nil)
    pair.server.add([99], to: stream)
    pair.server.finish(stream, trailers: ["busbar-status": "done"])
    try pair.exchange()

    #expect(pair.clientSide.parts[stream]?.last == 99)
    #expect(pair.clientSide.trailers[stream] == ["busbar-status": "done"])
    #expect(pair.clientSide.ends == [stream: .completed])
    #expect(pair.serverSide.ends == [stream: .completed])
    #expect(pair.serverSide.sentBytes == 6 && pair.clientSide.sentBytes == 5)
    #expect(pair.server.openStreamCount == 0 && pair.client.openStreamCount == 0)
  }

  @Test("A server may end a stream without a word while the client's body is open")
  func endsFirst() throws {
    let (pair, stream) = try opened()
    pair.server.finish(stream, trailers: ["busbar-status": "leaving"])
    try pair.exchange()
    #expect(pair.clientSide.trailers[stream] == ["busbar-status": "leaving"])
    #expect(pair.clientSide.ends == [stream: .completed])
    #expect(pair.server.openStreamCount == 0 && pair.client.openStreamCount == 0)
  }

  @Test("A body without end goes through, larger than any window and any limit of a body")
  func longBody() throws {
    let (pair, stream) = try opened()
    let part = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for _ in 0..<100 {
      pair.server.add(part, to: stream)
      try pair.exchange()
    }
    #expect(pair.clientSide.parts[stream]?.count == 5_000_000)
    #expect(pair.clientSide.parts[stream]?.suffix(50_000) == part[...])
    #expect(pair.server.bufferedBytes == 0 && pair.client.bufferedBytes == 0)
  }

  @Test("What nobody takes shuts the window of its stream, and calls beside it go on")
  func untaken() throws {
    let (pair, stream) = try opened(takes: false)
    for _ in 0..<3 {
      pair.server.add(Array(repeating: 1, count: 500_000), to: stream)
      try pair.exchange()
    }
    #expect(pair.clientSide.parts[stream]?.count == 1 << 20)
    #expect(pair.client.bufferedBytes == 1 << 20)
    #expect(pair.server.bufferedBytes == 1_500_000 - 1 << 20)
    #expect(pair.server.hasUnsentBody)

    pair.serverSide.onHead = { _ in }
    pair.echo()
    let call = try pair.submit(body: Array(repeating: 2, count: 300_000))
    try pair.exchange()
    #expect(pair.clientSide.responses[call]?.body.count == 300_000)

    pair.client.take(1 << 20, of: stream)
    try pair.exchange()
    #expect(pair.clientSide.parts[stream]?.count == 1_500_000)
    #expect(!pair.server.hasUnsentBody)
  }

  @Test(
    "However many streams nobody takes from, none is given up, and all goes on when somebody does")
  func manyUntaken() throws {
    let (pair, first) = try opened(takes: false)
    let head = HTTP2RequestHead(method: "POST", path: "/")
    let streams = try [first] + (0..<5).map { _ in try #require(pair.client.openRequest(head)) }
    try pair.exchange()
    let part = Array(repeating: UInt8(1), count: 500_000)
    for stream in streams + streams {
      pair.server.add(part, to: stream)
      try pair.exchange()
    }
    #expect(pair.clientSide.ends.isEmpty && pair.serverSide.ends.isEmpty)
    #expect(pair.client.bufferedBytes <= pair.client.limits.bufferedBytes)

    // Two are given up, the others taken from, until all is there.
    for stream in streams[..<2] { pair.client.reset(stream, code: .cancel) }
    var taken: [Int32: Int] = [:]
    for _ in 0..<4 {
      for stream in streams[2...] {
        let count = (pair.clientSide.parts[stream]?.count ?? 0) - taken[stream, default: 0]
        pair.client.take(count, of: stream)
        taken[stream, default: 0] += count
      }
      try pair.exchange()
    }
    for stream in streams[2...] { #expect(pair.clientSide.parts[stream]?.count == 1_000_000) }
  }

  @Test("A stream that holds more than the connection may is given up")
  func bounded() throws {
    var limits = HTTP2Limits()
    limits.bufferedBytes = 100_000
    let (pair, stream) = try opened(serverLimits: limits, takes: false)
    pair.client.add(Array(repeating: 1, count: 100_000), to: stream)
    try pair.exchange()
    #expect(pair.server.bufferedBytes == 100_000)
    pair.client.add([1], to: stream)
    try pair.exchange()
    #expect(pair.clientSide.ends == [stream: .reset(.enhanceYourCalm)])
    #expect(pair.server.bufferedBytes == 0 && pair.server.openStreamCount == 0)
  }

  @Test("A refused stream is an ordinary response")
  func refused() throws {
    let pair = SessionPair()
    pair.serverSide.refusal = HTTP2Response(status: 403, body: [7])
    let head = HTTP2RequestHead(method: "POST", path: "/")
    let stream = try #require(pair.client.openRequest(head))
    pair.client.add([1, 2, 3], to: stream)
    try pair.exchange()
    #expect(pair.clientSide.openHeads[stream]?.status == 403)
    #expect(pair.clientSide.parts[stream] == [7])
    #expect(pair.serverSide.parts.isEmpty)
    #expect(pair.server.openStreamCount == 0 && pair.client.openStreamCount == 0)
  }
}
