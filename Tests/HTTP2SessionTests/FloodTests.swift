import Testing

@testable import HTTP2Session

/// Attacks that cost the attacker little; each has its harmless form beside it.
@Suite("Floods")
struct FloodTests {
  /// A server that was greeted and then sent `bytes`; true if it gave the connection up.
  private func isEnded(by bytes: [UInt8]) throws -> Bool {
    let pair = SessionPair()
    try pair.server.receive((Frame.preface + Frame.emptySettings).span.bytes)
    do {
      try pair.server.receive(bytes.span.bytes)
    } catch {
      return true
    }
    _ = try pair.server.serialize(upTo: .max)
    return pair.server.isFinished
  }

  @Test("PINGs whose answers are never read end the connection", arguments: [200, 300])
  func pings(count: Int) throws {
    let pings = Array(repeating: Frame.ping, count: count).flatMap(\.self)
    #expect(try isEnded(by: pings) == (count == 300))
  }

  @Test("SETTINGS whose answers are never read end the connection", arguments: [200, 300])
  func settings(count: Int) throws {
    let settings = Array(repeating: Frame.emptySettings, count: count).flatMap(\.self)
    #expect(try isEnded(by: settings) == (count == 300))
  }

  @Test("SETTINGS with too many entries end the connection", arguments: [32, 33])
  func settingsEntries(count: Int) throws {
    #expect(try isEnded(by: Frame.settings(entries: count)) == (count == 33))
  }

  @Test("Headers that never end, end the connection", arguments: [8, 9])
  func continuations(count: Int) throws {
    #expect(try isEnded(by: Frame.endlessHeaders(continuations: count)) == (count == 9))
  }

  @Test(
    "A header list that unfolds to four times its limit ends the connection", arguments: [15, 18])
  func headerBomb(entries: Int) throws {
    #expect(try isEnded(by: Frame.headerBomb(entries: entries)) == (entries == 18))
  }

  @Test("Requests that must all be reset end the connection, though their resets are read")
  func faultyRequests() throws {
    let pair = SessionPair()
    try pair.server.receive((Frame.preface + Frame.emptySettings).span.bytes)
    var count = 0
    // Each has a field whose name is in upper case, so that the server resets it.
    func ask() throws {
      let stream = UInt32(2 * count + 1)
      count += 1
      try pair.server.receive(Frame.faultyHeaders(stream).span.bytes)
      _ = try pair.server.serialize(upTo: .max)
    }
    while !pair.server.isFinished, count < 1_100 { try ask() }
    #expect((1_000...1_002).contains(count))

    count = 0
    let patient = SessionPair()
    try patient.server.receive((Frame.preface + Frame.emptySettings).span.bytes)
    for _ in 0..<3_000 {
      let stream = UInt32(2 * count + 1)
      count += 1
      try patient.server.receive(Frame.faultyHeaders(stream).span.bytes)
      _ = try patient.server.serialize(upTo: .max)
      patient.server.forgive(after: 1.0 / 32)
    }
    #expect(!patient.server.isFinished, "It makes 32 mistakes a second.")
  }

  @Test("Answers for which there is no room are no fault of who asked for them")
  func noRoom() throws {
    var limits = HTTP2Limits()
    limits.bufferedBytes = 1_000
    let pair = SessionPair(serverLimits: limits)
    pair.serverSide.onRequest = { [unowned server = pair.server] _, stream in
      server.respond(
        HTTP2Response(status: 200, body: Array(repeating: 1, count: 1_001)), to: stream)
    }
    for _ in 0..<2_000 {
      _ = try pair.submit()
      try pair.exchange()
    }
    #expect(!pair.server.isFinished && pair.server.violation == nil)
    #expect(pair.clientSide.ends.count == 2_000)
  }

  @Test("Answers that nobody reads end the connection before they are many")
  func unreadResets() throws {
    let pair = SessionPair()
    try pair.server.receive((Frame.preface + Frame.emptySettings).span.bytes)
    // It acknowledges nothing, so that the server refuses what is too much, one by one.
    var stream: UInt32 = 1
    var hasEnded = false
    while !hasEnded, stream < 20_001 {
      do {
        try pair.server.receive(Frame.headers(stream, endsStream: false).span.bytes)
        stream += 2
      } catch {
        hasEnded = true
      }
    }
    #expect(hasEnded && stream < 2 * 4_400)
  }

  @Test("A frame on a stream that the client ended ends the connection")
  func frameAfterEnd() throws {
    let request = Frame.headers(1, endsStream: true)
    #expect(try !isEnded(by: request))
    #expect(try isEnded(by: request + request))
  }
}
