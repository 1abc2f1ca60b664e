/// What an agent adds to its messages so that all can agree, without a centre, that they are done.
public struct WaveNote: Sendable, Equatable {
  /// On the wire: two whole numbers of four bytes and a byte of flags.
  public static let byteCount = 9

  /// The wave that the sender is in.
  public var number = 1
  /// The last wave that the sender's part of the tree has answered.
  public var answered = 0
  /// Whether that answer was that all there are at rest.
  public var isCalm = false
  /// The waves are over: all were at rest together.
  public var isOver = false

  /// The sender is done, and says no more unless it is asked.
  public var isDone = false

  public init() {}
}
