import ActorCluster
import Foundation
import HTTP2Connection
import Twin
import WireCodec

/// The events of a coordinator as they happen, over one stream for as long as somebody listens.
///
/// A stream that was lost is opened again and goes on behind the last event that was heard; a
/// coordinator that was started again tells all that it remembers.
struct EventStream {
  /// What is told.
  enum News {
    case event(EventRecord)
    /// So many events are gone, since they were not read in time.
    case missed(Int64)
    /// The coordinator does not answer any more.
    case isGone
  }

  /// How long a coordinator that has answered may be away: somebody starts it again on its store.
  private static let patience = Duration.seconds(30)
  private static let pause = Duration.milliseconds(500)

  private let twin: OutsideTwin
  private var follower = StreamFollower(topic: TwinTopic.events.rawValue)
  /// Since when nobody answers; nil while somebody does.
  private var goneSince: ContinuousClock.Instant?

  init(_ twin: OutsideTwin) { self.twin = twin }

  /// Tells all that the coordinator remembers and then what happens, until the day is done.
  ///
  /// - Throws: `Refusal` when the coordinator does not answer: at once at the beginning, later when it
  ///   stays away; `CancellationError` when the task was cancelled.
  mutating func run(_ tell: (News) throws -> Void) async throws {
    while true {
      do {
        if try await twin.ask({ try await follow(at: $0, tell) }).status == .done { return }
        // The coordinator leaves, or we were slow: it is asked again, and says if it is gone.
        try await Task.sleep(for: Self.pause)
        continue
      } catch let refusal as Refusal {
        try Task.checkCancellation()
        // Who is revoked meanwhile need not look for a coordinator that is there.
        let isShutOut = refusal.description.contains(HTTP2Error.refusedCertificate)
        guard follower.place != nil, !isGivenUp, !isShutOut else { throw refusal }
      }
      if goneSince == nil {
        goneSince = .now
        try tell(.isGone)
      }
      try await Task.sleep(for: Self.pause)
    }
  }

  private var isGivenUp: Bool {
    goneSince.map { ContinuousClock.now - $0 > Self.patience } ?? false
  }

  /// Follows over a connection of its own.
  private mutating func follow(
    at address: NodeAddress, _ tell: (News) throws -> Void
  ) async throws -> StreamEnd {
    let identity = twin.identity
    do {
      let connection = try await HTTP2ClientConnection.connect(
        host: address.host, port: address.port, on: SharedLoop.group,
        timeout: TwinClient.patience, tls: identity?.transport.tls,
        expecting: identity?.transport.name(Coordinator.nodeName))
      goneSince = nil
      do {
        let end = try await follower.follow(on: connection) { news in
          try tell(try Self.read(news))
        }
        await connection.close()
        return end
      } catch {
        await connection.close()
        throw error
      }
    } catch let error as HTTP2Error {
      throw ClusterError.unreachable(Coordinator.nodeName, why: HealthDocument.sentence(error))
    } catch let refusal as StreamFollower.Refused {
      throw Refusal(
        "the coordinator at \(twin.endpoint) tells no events: \(refusal.description)",
        code: .unreachable)
    } catch is StreamFault, is CBORError {
      throw ClusterError.protocolViolation("what it tells are no events.")
    }
  }

  private static func read(_ news: StreamFollower.News) throws -> News {
    switch news {
    case .gap(let count): .missed(count)
    case .item(let item):
      .event(
        EventRecord(
          try TwinEvent(decoding: Array(item.payload)),
          at: Date().addingTimeInterval(-Double(item.age_ms) / 1_000)))
    }
  }
}
