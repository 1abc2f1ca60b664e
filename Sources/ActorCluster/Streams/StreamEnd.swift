import HTTP2Connection

/// How a stream ended, as its trailers say.
public struct StreamEnd: Sendable, Equatable, Error {
  public enum Status: String, Sendable {
    /// There will be no further items, or the subscriber wanted none.
    case done
    /// The publisher leaves or ran out of patience; ask again, here or elsewhere.
    case leaving
    /// The subscriber broke the rules of streams.
    case faulty
  }

  public var status: Status
  /// A sentence, empty where the status says all.
  public var message: String

  public init(_ status: Status, _ message: String = "") {
    self.status = status
    self.message = message
  }

  private static let statusName = "busbar-status"
  private static let messageName = "busbar-message"

  /// Reads trailers; a stream that ended without any ended unfinished.
  init(_ trailers: HTTP2Headers) {
    status = trailers[Self.statusName].flatMap(Status.init) ?? .leaving
    message = trailers[Self.messageName] ?? ""
  }

  var trailers: HTTP2Headers {
    var trailers: HTTP2Headers = [Self.statusName: status.rawValue]
    if !message.isEmpty { trailers.append(name: Self.messageName, value: message) }
    return trailers
  }
}

/// Where a subscriber is in what a publisher says, so that it can go on there.
public struct StreamPlace: Sendable, Equatable {
  /// Tells this start of the publisher from others, whose items have other numbers.
  public var reign: Int64
  /// The last item that it has.
  public var number: Int64

  public init(reign: Int64, number: Int64) {
    self.reign = reign
    self.number = number
  }

  static let reignName = "busbar-reign"
  private static let numberName = "busbar-after"

  init?(_ headers: HTTP2Headers) {
    guard let reign = headers[Self.reignName].flatMap({ Int64($0) }),
      let number = headers[Self.numberName].flatMap({ Int64($0) })
    else { return nil }
    self.init(reign: reign, number: number)
  }

  var headers: HTTP2Headers { [Self.reignName: "\(reign)", Self.numberName: "\(number)"] }
}
