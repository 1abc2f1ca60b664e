/// What one connection may hold and ask of us; beyond a limit the stream or the connection ends.
public struct HTTP2Limits: Sendable, Equatable {
  /// The size of a header list in bytes, each field counted as name + value + 32 (RFC 9113,
  /// section 6.5.2). Beyond, the stream is reset with ENHANCE_YOUR_CALM.
  ///
  /// Our largest head, with tracing and identity, is below 1 KiB; a compressed entry of 4 KiB can be
  /// repeated thousands of times in one frame, so the list is counted as it is decoded.
  public var headerListBytes = 16 * 1024

  /// The body of one received message in bytes. A larger request is answered with 413, a larger
  /// response ends the call with `tooLarge`.
  public var bodyBytes = 1024 * 1024

  /// How many requests a peer may have open at once. With `bodyBytes` this bounds nothing by itself;
  /// `bufferedBytes` does.
  public var concurrentStreams = 128

  /// How many calls may be waited for on one connection of a client, or wait for one; further ones end as
  /// `busy`. A server takes `concurrentStreams` at once, so most of them wait.
  public var callsInFlight = 16 * 1024

  /// Bodies of requests that wait to leave a client in bytes; a request beyond ends as `busy`.
  public var requestBytes = 64 * 1024 * 1024

  /// Bodies held for one connection in bytes: those arriving, those being handled and responses on
  /// their way out, but not a client's own requests. Beyond, a new or arriving request is refused (it did not run) and a response
  /// resets its stream with ENHANCE_YOUR_CALM.
  ///
  /// A peer that never reads could otherwise pin `concurrentStreams` × `bodyBytes`.
  public var bufferedBytes = 4 * 1024 * 1024

  /// The same for all connections of a server together. Beyond, each that holds more than 64 KiB is taken
  /// for full (`stallWhenFull`).
  public var bufferedBytesInAll = 64 * 1024 * 1024

  /// How much a client may owe us before a server closes its connection: so long without its greeting,
  /// more of what it began to say, or room for a response that waits. What it moves meanwhile counts at
  /// `leastRate`. It takes up to 0.4 s more until this is noticed.
  ///
  /// Ten seconds outlast any pause of a live node; what a silent one pins is then free.
  public var stall = Duration.seconds(10)

  /// The same for a client that makes us hold more than three quarters of `bufferedBytes`: no more of it
  /// fits anyway, and a node that is silent for a second is lost.
  public var stallWhenFull = Duration.milliseconds(400)

  /// How many bytes of bodies a second a client must take, or send, that owes us something: slower than
  /// any line between nodes, and too fast to hold a connection for nothing.
  public var leastRate = 8 * 1024

  /// The same for a client that makes us hold much.
  public var leastRateWhenFull = 256 * 1024

  /// How many requests a client sends on one connection before it takes a fresh one; the old one ends
  /// when its calls have ended.
  ///
  /// Stream numbers end after 2³⁰ requests. Half of them last for an hour and a half at 100,000 calls a
  /// second, and leave room for the calls that are on their way meanwhile.
  public var requestsPerConnection = 1 << 29

  /// How long a client may take to prove who it is, before its connection is closed.
  ///
  /// It takes two round trips and a millisecond; a busy machine and a slow link need some more.
  public var handshake = Duration.seconds(5)

  /// How many connections a server keeps; further ones are closed as they are accepted. A process
  /// may open 1024 files by default, and needs some for itself; where it may open fewer, this is fewer.
  public var connections = 896

  /// How many of these are kept for clients that must prove who they are and have not; the oldest of them
  /// goes when one more comes. As many as a server may find waiting when it begins to accept.
  public var strangers = 256

  public init() {}
}
