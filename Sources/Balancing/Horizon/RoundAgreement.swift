/// How regions that step together agree, without a centre, on the round in which all of them end.
///
/// Each counts for how many rounds everyone around it has been at rest:
///
///     c ← 1 + min(c, what the neighbours counted)      at rest
///     c ← 0                                            otherwise
///
/// so c > d says that all within d steps were at rest. Who counts more than the widest way through
/// the graph knows that everyone was, and names the round in which the last can have heard of it;
/// the earliest round that anyone named is the end for all.
package struct RoundAgreement: Sendable, Equatable {
  /// What a region adds to its messages.
  package struct Note: Sendable, Equatable {
    package var calm: Int
    package var end: Int

    package init(calm: Int, end: Int) {
      self.calm = calm
      self.end = end
    }
  }

  /// The longest shortest way between two regions.
  private let reach: Int
  package private(set) var round = 0
  package private(set) var note: Note

  /// - Parameter limit: the round in which all end at the latest.
  package init(reach: Int, limit: Int) {
    self.reach = reach
    note = Note(calm: 0, end: max(1, limit))
  }

  /// Whether a round is left.
  package var isOver: Bool { round >= note.end }

  /// Ends a round: the notes came with its messages.
  package mutating func conclude(isCalm: Bool, heard: [Note]) {
    round += 1
    var calm = note.calm
    for their in heard {
      calm = min(calm, their.calm)
      note.end = min(note.end, their.end)
    }
    note.calm = isCalm ? calm + 1 : 0
    if note.calm > reach { note.end = min(note.end, round + reach) }
  }
}
