/// How long the two ends of a stream wait for each other.
public struct StreamPatience: Sendable {
  /// After so long without an item a publisher says that it lives.
  public var sign = Duration.seconds(2)
  /// A publisher that is silent for so long is gone: a few signs are lost.
  public var silence = Duration.seconds(10)
  /// A subscriber that grants nothing for so long while items wait for it gives its place to others; it
  /// may ask again, and goes on behind its last item.
  public var credit = Duration.seconds(60)

  public init() {}
}
