import HTTP2Connection

/// Follows what a publisher says, over as many connections as it takes.
///
/// `place` moves with what was heard, so that after a loss the next `follow` goes on without a hole.
public struct StreamFollower: Sendable {
  /// What a subscriber hears.
  public enum News: Sendable, Equatable {
    case item(StreamItem)
    /// So many items are gone: they were not fetched in time.
    case gap(Int64)
  }

  /// The publisher does not let this subscriber in.
  public struct Refused: Error, Equatable, CustomStringConvertible {
    public let status: Int
    public let description: String
  }

  public let path: String
  /// How many items may be on their way.
  private let credit: UInt32
  private let patience: StreamPatience
  /// The last item that was heard; nil before the first stream.
  public private(set) var place: StreamPlace?

  public init(
    topic: String, from place: StreamPlace? = nil, credit: UInt32 = Self.usualCredit,
    patience: StreamPatience = StreamPatience()
  ) {
    precondition(credit > 0, "Without credit nothing comes.")
    path = StreamService.prefix + topic
    self.place = place
    self.credit = credit
    self.patience = patience
  }

  /// Enough that a publisher never waits for an answer on the way, and less than the window holds.
  public static let usualCredit: UInt32 = 256

  /// Hears what is said from `place` on, in order, until the publisher ends the stream.
  ///
  /// Credit is granted as news are heard, so a publisher is at most `credit` items ahead.
  ///
  /// - Returns: how it ended.
  /// - Throws: `HTTP2Error` when the stream or its connection is lost, or the publisher is silent for
  ///   `patience.silence`: follow again; `Refused`;
  ///   `StreamFault` when the publisher breaks the rules; what `hear` throws.
  public mutating func follow(
    on connection: HTTP2ClientConnection, _ hear: (News) async throws -> Void
  ) async throws -> StreamEnd {
    let head = HTTP2RequestHead(method: "POST", path: path, headers: place?.headers ?? [:])
    return try await connection.withStream(head) { stream in
      // Nil while it is heard: who reads slowly does not blame the publisher.
      let lastNews = Guarded<ContinuousClock.Instant?>(.now)
      async let _ = Self.watch(stream, since: lastNews, patience.silence)
      try await begin(stream)
      await grant(credit, on: stream)
      var reader = StreamFrameReader()
      var heard: UInt32 = 0
      while let bytes = try await stream.next() {
        lastNews.withLock { $0 = nil }
        reader.append(bytes)
        while let frame = try reader.next() {
          guard let news = try advance(frame) else { continue }
          try await hear(news)
          if case .item = news { heard += 1 }
        }
        lastNews.withLock { $0 = .now }
        // Half at a time: most of the grants would say little.
        guard heard > credit / 2 else { continue }
        await grant(heard, on: stream)
        heard = 0
      }
      return StreamEnd(stream.trailers)
    }
  }

  private mutating func begin(_ stream: HTTP2OpenStream) async throws {
    let head = try await stream.head()
    guard head.status == 200 else {
      let text = try await stream.next().map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw Refused(status: head.status, description: "status \(head.status) \(text)")
    }
    guard let reign = head.headers[StreamPlace.reignName].flatMap({ Int64($0) }) else {
      throw Refused(status: head.status, description: "What answers there publishes nothing.")
    }
    if place?.reign != reign { place = StreamPlace(reign: reign, number: 0) }
  }

  private func grant(_ count: UInt32, on stream: HTTP2OpenStream) async {
    var bytes: [UInt8] = []
    StreamFrame.credit(count).append(to: &bytes)
    // The publisher may have ended the stream meanwhile; `next` tells how.
    try? await stream.send(bytes)
  }

  /// Gives a stream up on which nothing has come for too long.
  private static func watch(
    _ stream: HTTP2OpenStream, since lastNews: Guarded<ContinuousClock.Instant?>,
    _ silence: Duration
  ) async {
    while true {
      let end = (lastNews.withLock { $0 } ?? .now) + silence
      guard .now < end else { return stream.cancel() }
      do { try await Task.sleep(until: end) } catch { return }
    }
  }

  /// Moves on by a frame, and sees that nothing is missing; nil for a mere sign of life.
  private mutating func advance(_ frame: StreamFrame) throws(StreamFault) -> News? {
    let number = place!.number
    switch frame {
    case .item(let item):
      guard item.number == number + 1 else {
        throw .hole(after: number, before: item.number)
      }
      place!.number = item.number
      return .item(item)
    case .gap(let count):
      guard count > 0, count < .max - number else { throw .misshapen }
      place!.number += count
      return .gap(count)
    case .quiet: return nil
    case .credit: throw .unexpected
    }
  }
}
