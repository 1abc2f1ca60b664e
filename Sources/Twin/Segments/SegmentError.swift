import GridModel
import WireCodec

/// Why a segment refused to act.
package enum SegmentError: Error, Equatable, Sendable, Codable, WireCodable {
  /// It belongs to another era.
  case staleEra(given: Int64, current: Int64)
  /// It has committed another tick than the one before.
  case wrongTick(given: Int64, committed: Int64)
  /// It knows another topology or other roles on its border than the round is about.
  case wrongVersion(topology: Int64, role: Int64)
  /// The round does not follow the one it computed last, or is not about its border.
  case wrongRound
  /// What it was told of its border is about another segment.
  case foreignBorder
  /// It was asked to solve before it learnt what is on its border.
  case noBorder
  /// Its interior admits no solution whatever the values.
  case singular
  /// A node took every part of a slice and hosts nothing.
  case notHosted(SegmentPlan.ID)
  /// Somebody spoke for a segment that he is not, or that is no neighbour.
  case notNeighbour(SegmentPlan.ID)
  /// A neighbour cannot be asked for its ends of their ties.
  case neighbourSilent(SegmentPlan.ID, why: String)
  /// A tick that balances was begun before its set-points were found.
  case notBalanced(tick: Int64)
  /// It gave up the balancing that a neighbour waits for.
  case abandoned(tick: Int64)
  /// What it stands on cannot be balanced.
  case cannotBalance(String)
  /// A state that it cannot read.
  case unreadableState(String)
}

extension SegmentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .staleEra(let given, let current):
      "the segment lives in era \(current) and does nothing for era \(given)"
    case .wrongTick(let given, let committed):
      "the segment has committed tick \(committed); it cannot do tick \(given)"
    case .wrongVersion(let topology, let role):
      "the segment does not know topology version \(topology) with role version \(role)"
    case .wrongRound:
      "the round does not follow the one that the segment computed last, or is not about its border"
    case .foreignBorder: "what the segment was told of its border is about another segment"
    case .noBorder: "the segment does not know its border yet"
    case .singular: "the segment's interior has no unique solution"
    case .notHosted(let segment): "segment \(segment) was handed over and is not hosted"
    case .notNeighbour(let segment):
      "whoever asked as \(segment) is not that segment, or it is no neighbour"
    case .neighbourSilent(let segment, let why):
      "segment \(segment) does not answer its neighbour: \(why)"
    case .notBalanced(let tick): "the segment has no set-points for tick \(tick) yet"
    case .abandoned(let tick): "the segment has given up balancing tick \(tick)"
    case .cannotBalance(let why): "the segment cannot be balanced: \(why)"
    case .unreadableState(let why): "the segment's committed state cannot be read: \(why)"
    }
  }
}
