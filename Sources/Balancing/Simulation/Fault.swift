/// Something that goes wrong on purpose, on some links or at one agent, for some time.
///
/// Times are in rounds: an undisturbed message takes one.
public struct Fault: Sendable, Equatable {
  /// What it strikes.
  public enum Place: Sendable, Equatable {
    case everyLink
    case link(from: Int, to: Int)
    /// Links between a group of agents and all others, both ways.
    case border(of: [Int])
    case agent(Int)
  }

  public enum Kind: Sendable, Equatable {
    /// Every message takes this long.
    case delay(Delay)
    /// The share of messages that never arrive.
    case loss(Double)
    /// The share of messages that arrive a second time, up to five rounds later.
    case duplication(Double)
    /// The share of messages that are held back for up to five rounds, so that later ones overtake.
    case reordering(Double)
    /// No message arrives.
    case partition
    /// Added to every word: nearly normal, with this standard deviation.
    case noise(Double)
    /// Every word becomes a multiple of this.
    case quantisation(Double)
    /// The share of messages in whose place the first one on the link comes again.
    case replay(Double)
    /// What an agent says is not what its algorithm says.
    case byzantine(Lie)
    /// The agent's steps take this many rounds more.
    case slow(Double)
    /// The agent loses all that it knows at the start of the window, and starts anew at its end, if it
    /// has one.
    case kill
  }

  public enum Lie: Sendable, Equatable {
    case silent
    /// Every word is multiplied.
    case factor(Double)
    case signFlip
  }

  public enum Delay: Sendable, Equatable {
    case constant(Double)
    /// exp of a nearly normal draw: the median, and the standard deviation of the logarithm.
    case logNormal(median: Double, sigma: Double)
    /// Measured delays, taken in turn.
    case trace([Double])
  }

  public var kind: Kind
  public var place: Place
  public var window: Range<Double>

  public init(_ kind: Kind, at place: Place = .everyLink, during window: Range<Double>? = nil) {
    self.kind = kind
    self.place = place
    self.window = window ?? 0..<Double.infinity
  }

  func strikes(_ message: Message, at time: Double) -> Bool {
    guard window.contains(time) else { return false }
    switch place {
    case .everyLink: return true
    case .link(let from, let to): return message.sender == from && message.receiver == to
    case .border(let group):
      return group.contains(message.sender) != group.contains(message.receiver)
    case .agent(let agent): return message.sender == agent
    }
  }
}
