/// What one agent tells another. A message carries absolute values: one that comes twice changes
/// nothing, and one that is lost is made good by the next.
public struct Message: Sendable, Equatable {
  /// What a message weighs beside its words: eight whole numbers of four bytes and the wave's note.
  public static let headBytes = 32
  public static let wordBytes = 8

  public let sender: Int
  public let receiver: Int
  /// Grows each time that the sender starts anew; what an earlier life said is void.
  public var life = 0
  /// Counts what the sender told this receiver in this life, from one.
  public var sequence = 0
  /// The latest message of the receiver that the sender has taken in: its life and sequence.
  public var heardLife = 0
  public var heard = 0
  /// Set on arrival, not sent: how many messages of the receiver the sender had not heard. One where
  /// all goes round by round, more over slow links.
  public var unheard = 0
  /// Length of the longest causal chain of messages that ends with this one.
  public var depth = 0
  /// What the words stand for, where the algorithm needs to say.
  public var stamp: Int
  public var words: [Double]
  public var wave = WaveNote()

  public init(from sender: Int, to receiver: Int, stamp: Int = 0, words: [Double]) {
    self.sender = sender
    self.receiver = receiver
    self.stamp = stamp
    self.words = words
  }

  public var byteCount: Int {
    Self.headBytes + WaveNote.byteCount + Self.wordBytes * words.count
  }
}
