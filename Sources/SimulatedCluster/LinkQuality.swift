/// How well one direction between two nodes carries messages.
public struct LinkQuality: Sendable, Hashable {
  /// The share of messages that are lost on the way, 0 to 1.
  public var loss = 0.0
  /// The share of requests that arrive twice, 0 to 1. The method runs twice; of the two replies the
  /// second is dropped. No transport of Busbar does this; whatever repeats a call would.
  public var duplication = 0.0
  /// The share of messages that are late, 0 to 1, so that later ones overtake them.
  public var reordering = 0.0
  /// The longest time by which a late message is late.
  public var lateness = Duration.zero

  /// Nothing is lost, doubled or late.
  public static let perfect = LinkQuality()

  /// Makes a quality; perfect where nothing is said.
  public init(
    loss: Double = 0, duplication: Double = 0, reordering: Double = 0, lateness: Duration = .zero
  ) {
    self.loss = loss
    self.duplication = duplication
    self.reordering = reordering
    self.lateness = lateness
  }
}
