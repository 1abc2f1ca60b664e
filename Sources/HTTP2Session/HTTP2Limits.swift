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

  /// Bodies held for one connection in bytes: those arriving, those being handled and responses on
  /// their way out. Beyond, a new or arriving request is refused (it did not run) and a response
  /// resets its stream with ENHANCE_YOUR_CALM.
  ///
  /// A peer that never reads could otherwise pin `concurrentStreams` × `bodyBytes`.
  public var bufferedBytes = 4 * 1024 * 1024

  /// How long a client may owe us something before a server closes its connection: its first bytes,
  /// more of a body that it began, or room for a response that waits. It takes up to 0.4 s more until
  /// this is noticed.
  ///
  /// Ten seconds outlast any pause of a live node; what a silent one pins is then free.
  public var stall = Duration.seconds(10)

  /// The same for a client that makes us hold more than three quarters of `bufferedBytes` and lets
  /// nothing move at all: no more of it fits anyway, and a node that is silent for a second is lost.
  public var stallWhenFull = Duration.milliseconds(400)

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
  /// may open 1024 files by default, and needs some for itself.
  public var connections = 896

  public init() {}
}
