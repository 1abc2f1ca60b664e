import NIOPosix
import Testing

@testable import ActorCluster
@testable import HTTP2Connection

@Suite("Topics over a socket")
struct StreamTopicTests {
  private static let group = MultiThreadedEventLoopGroup.singleton
  private static let start = ContinuousClock.now

  private static func topic(
    reign: Int64 = 5, keeping limit: Int = 100, patience: StreamPatience = StreamPatience()
  ) -> StreamTopic {
    StreamTopic(reign: reign, keeping: limit, patience: patience) { ContinuousClock.now - start }
  }

  /// A server of one topic and a connection to it.
  private struct Place {
    let topic: StreamTopic
    let server: HTTP2Server
    let connection: HTTP2ClientConnection
  }

  private static func at(
    _ topic: StreamTopic, for readers: @escaping Page.Readers = { _ in true },
    _ body: (Place) async throws -> Void
  ) async throws {
    let router = Router([
      .at(
        StreamService.prefix + "news", method: "POST", StreamService(topic, for: readers))
    ])
    let server = try await HTTP2Server.bind(
      host: "127.0.0.1", port: 0, on: group, responder: router)
    let connection = try await HTTP2ClientConnection.connect(
      host: "127.0.0.1", port: server.port, on: group)
    do {
      try await body(Place(topic: topic, server: server, connection: connection))
    } catch {
      Issue.record(error)
    }
    await connection.close()
    await server.drainAndClose(within: .seconds(1))
  }

  private struct Enough: Error {}

  /// Follows until so many news came.
  private static func hear(
    _ count: Int, _ follower: inout StreamFollower, on connection: HTTP2ClientConnection
  ) async throws -> [StreamFollower.News] {
    var heard: [StreamFollower.News] = []
    do {
      let end = try await follower.follow(on: connection) { news in
        heard.append(news)
        if heard.count == count { throw Enough() }
      }
      Issue.record("The stream ended: \(end)")
    } catch is Enough {}
    return heard
  }

  private static func numbers(_ news: [StreamFollower.News]) -> [Int64?] {
    news.map { if case .item(let item) = $0 { item.number } else { nil } }
  }

  @Test("A subscriber hears what was said before it came and what is said then, and the end")
  func follow() async throws {
    let topic = Self.topic()
    for number in 0..<UInt8(3) { topic.publish([number]) }
    try await Self.at(topic) { place in
      var follower = StreamFollower(topic: "news", credit: 2)
      var payloads: [UInt8] = []
      let end = try await follower.follow(on: place.connection) { news in
        guard case .item(let item) = news else {
          Issue.record("A gap: \(news)")
          return
        }
        payloads += item.payload
        if payloads.count < 50 { topic.publish([UInt8(payloads.count + 2)]) }
        if payloads.count == 50 { topic.finish() }
      }
      #expect(end == StreamEnd(.done))
      #expect(payloads == Array(0..<52))
      #expect(follower.place == StreamPlace(reign: 5, number: 52))
      #expect(topic.subscriberCount == 0)
    }
  }

  @Test("A subscriber that grants nothing gets nothing")
  func noCredit() async throws {
    let topic = Self.topic()
    try await Self.at(topic) { place in
      let head = HTTP2RequestHead(method: "POST", path: StreamService.prefix + "news")
      try await place.connection.withStream(head) { stream in
        let reign = try await stream.head().headers["busbar-reign"]
        #expect(reign == "5")
        for _ in 0..<1_000 { topic.publish([1]) }
        let reading = Task { try await stream.next() }
        try await Task.sleep(for: .milliseconds(100))
        reading.cancel()
        await #expect(throws: HTTP2Error.cancelled) { try await reading.value }
        // The first of it tells what is missing.
        try await stream.send([0, 0, 0, 4, 2, 0, 0, 0, 1])
        var reader = StreamFrameReader()
        var frame: StreamFrame?
        while frame == nil {
          guard let bytes = try await stream.next() else { break }
          reader.append(bytes)
          frame = try reader.next()
        }
        #expect(frame == .gap(900))
      }
    }
  }

  @Test(
    "A subscriber stays with a publisher that has nothing to say, and leaves one that is silent")
  func silence() async throws {
    var patience = StreamPatience()
    patience.sign = .milliseconds(50)
    patience.silence = .milliseconds(600)
    let lively = Self.topic(patience: patience)
    try await Self.at(lively) { place in
      var follower = StreamFollower(topic: "news", patience: patience)
      let publishing = Task {
        try await Task.sleep(for: .milliseconds(1_500))
        lively.publish([7])
        lively.finish()
      }
      var heard: [[UInt8]] = []
      let end = try await follower.follow(on: place.connection) { news in
        if case .item(let item) = news { heard.append(Array(item.payload)) }
      }
      #expect(end.status == .done && heard == [[7]])
      try await publishing.value
    }
    // It gives its signs too rarely for this subscriber.
    try await Self.at(Self.topic()) { place in
      var follower = StreamFollower(topic: "news", patience: patience)
      let start = ContinuousClock.now
      await #expect(throws: HTTP2Error.self) {
        _ = try await follower.follow(on: place.connection) { _ in }
      }
      #expect(ContinuousClock.now - start < .seconds(1.9))
    }
  }

  @Test("A subscriber that grants nothing while items wait gives its place up")
  func starving() async throws {
    var patience = StreamPatience()
    patience.sign = .milliseconds(20)
    patience.credit = .milliseconds(200)
    let topic = Self.topic(patience: patience)
    try await Self.at(topic) { place in
      let head = HTTP2RequestHead(method: "POST", path: StreamService.prefix + "news")
      let trailers = try await place.connection.withStream(head) { stream in
        _ = try await stream.head()
        topic.publish([1])
        while try await stream.next() != nil {}
        return stream.trailers
      }
      #expect(StreamEnd(trailers).status == .leaving)
      #expect(StreamEnd(trailers).message.contains("nothing was granted"))
      #expect(topic.subscriberCount == 0)
    }
  }

  @Test("There is a place for so many subscribers, and for others when one leaves")
  func places() async throws {
    let topic = Self.topic()
    try await Self.at(topic) { place in
      let head = HTTP2RequestHead(method: "POST", path: StreamService.prefix + "news")
      @Sendable func status() async throws -> Int {
        try await place.connection.withStream(head) { try await $0.head().status }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<StreamService.subscriberLimit {
          group.addTask {
            try await place.connection.withStream(head) { stream in
              #expect(try await stream.head().status == 200)
              while try await stream.next() != nil {}
            }
          }
        }
        while topic.subscriberCount < StreamService.subscriberLimit {
          try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await status() == 503)
        group.cancelAll()
        while (try? await group.next()) != nil {}
      }
      var again = try await status()
      for _ in 0..<200 where again == 503 {
        try await Task.sleep(for: .milliseconds(10))
        again = try await status()
      }
      #expect(again == 200)
    }
  }

  @Test("A slow subscriber hears a gap of the right size, and the last items")
  func slow() async throws {
    let topic = Self.topic(keeping: 10)
    try await Self.at(topic) { place in
      var follower = StreamFollower(topic: "news", credit: 1)
      topic.publish([0])
      var isFirst = true
      var heard: [StreamFollower.News] = []
      _ = try await follower.follow(on: place.connection) { news in
        heard.append(news)
        guard isFirst else { return }
        isFirst = false
        for _ in 0..<50 { topic.publish([0]) }
        topic.finish()
      }
      #expect(Self.numbers(heard) == [1, nil] + (42...51).map { $0 })
      #expect(heard[1] == .gap(40))
    }
  }

  @Test("A connection that is lost in the middle leaves no hole")
  func resumed() async throws {
    let topic = Self.topic()
    var follower = StreamFollower(topic: "news")
    for _ in 0..<20 { topic.publish([0]) }
    var heard: [Int64?] = []
    try await Self.at(topic) { place in
      await #expect(throws: HTTP2Error.connectionLost(mayHaveRun: true)) {
        _ = try await follower.follow(on: place.connection) { news in
          heard += Self.numbers([news])
          if heard.count == 7 { await place.connection.close() }
          if heard.count == 9 { throw HTTP2Error.connectionLost(mayHaveRun: true) }
        }
      }
    }
    for _ in 0..<5 { topic.publish([0]) }
    try await Self.at(topic) { place in
      heard += Self.numbers(
        try await Self.hear(25 - heard.count, &follower, on: place.connection))
    }
    #expect(heard == (1...25).map { $0 })
  }

  @Test("After a new start of the publisher everything is heard anew")
  func newReign() async throws {
    var follower = StreamFollower(topic: "news", from: StreamPlace(reign: 4, number: 17))
    let topic = Self.topic(reign: 5)
    for _ in 0..<3 { topic.publish([0]) }
    try await Self.at(topic) { place in
      let heard = try await Self.hear(3, &follower, on: place.connection)
      #expect(Self.numbers(heard) == [1, 2, 3])
    }
    #expect(follower.place == StreamPlace(reign: 5, number: 3))
  }

  @Test("A server that leaves says so in the trailers")
  func leaving() async throws {
    try await Self.at(Self.topic()) { place in
      var follower = StreamFollower(topic: "news")
      place.topic.publish([0])
      let end = try await follower.follow(on: place.connection) { _ in
        Task { await place.server.drainAndClose(within: .seconds(5)) }
      }
      #expect(end.status == .leaving)
    }
  }

  @Test("A subscriber that breaks the rules hears which, in the trailers")
  func faulty() async throws {
    try await Self.at(Self.topic()) { place in
      let head = HTTP2RequestHead(method: "POST", path: StreamService.prefix + "news")
      for (bytes, fault) in [
        ([0, 0, 0, 9, 2], StreamFault.tooLong(9)), ([0, 0, 0, 0, 9], .unknownKind(9)),
        ([0, 0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1], .unexpected),
      ] as [([UInt8], StreamFault)] {
        try await place.connection.withStream(head) { stream in
          try await stream.send(bytes)
          #expect(try await stream.next() == nil)
          #expect(
            stream.trailers == [
              "busbar-status": "faulty", "busbar-message": fault.description,
            ])
        }
      }
    }
  }

  @Test("A stranger is refused before anything of it is read")
  func stranger() async throws {
    let topic = Self.topic()
    topic.publish([0])
    try await Self.at(topic, for: { $0 != nil }) { place in
      var follower = StreamFollower(topic: "news")
      do {
        _ = try await follower.follow(on: place.connection) { news in
          Issue.record("Heard \(news)")
        }
        Issue.record("It was let in.")
      } catch let refusal as StreamFollower.Refused {
        #expect(refusal.status == 403)
        #expect(refusal.description.contains("This is not for strangers."))
      }
      #expect(topic.subscriberCount == 0)
    }
  }

  @Test("However much is said, who reads nothing has nothing kept for it but the shelf")
  func readsNothing() async throws {
    let topic = Self.topic(keeping: 10)
    try await Self.at(topic) { place in
      let head = HTTP2RequestHead(method: "POST", path: StreamService.prefix + "news")
      try await place.connection.withStream(head) { stream in
        _ = try await stream.head()
        // All the credit there is, and then silence.
        try await stream.send([0, 0, 0, 4, 2, 255, 255, 255, 255])
        var most = 0
        let item = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<60 {
          topic.publish(item)
          try await Task.sleep(for: .milliseconds(2))
          most = max(most, await place.server.bufferedBytes())
        }
        // 6 MB were said, the client's window took one, and here waits what one 'send' left.
        #expect(most > 0)
        #expect(most < 300_000, "\(most) bytes wait for a subscriber that reads nothing.")

        var reader = StreamFrameReader()
        var frames: [StreamFrame] = []
        while frames.last != .item(StreamItem(number: 60, payload: item[...])), frames.count < 61 {
          guard let bytes = try await stream.next() else { break }
          reader.append(bytes)
          while var frame = try reader.next() {
            if case .item(var item) = frame {
              item.age_ms = 0
              frame = .item(item)
            }
            frames.append(frame)
          }
        }
        let missed = frames.reduce(into: Int64(0)) {
          if case .gap(let count) = $1 { $0 += count }
        }
        let heard = frames.count { if case .item = $0 { true } else { false } }
        #expect(missed > 0)
        #expect(missed + Int64(heard) == 60)
      }
    }
  }

  @Test("Items that nobody shall miss wait for the slowest subscriber")
  func inTurn() async throws {
    let topic = Self.topic(keeping: 8)
    try await Self.at(topic) { place in
      let publisher = Task {
        for _ in 0..<1_000 { await topic.publishInTurn([7]) }
        topic.finish()
      }
      var follower = StreamFollower(topic: "news", credit: 3)
      var heard: [Int64?] = []
      let end = try await follower.follow(on: place.connection) { heard += Self.numbers([$0]) }
      await publisher.value
      #expect(end == StreamEnd(.done))
      #expect(heard == (1...1_000).map { $0 })
    }
  }
}
