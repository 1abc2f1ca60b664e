/// Moves vertices between neighbouring segments until the border gets no smaller.
///
/// As in Fiduccia and Mattheyses' passes, moves may make things worse for a while and the best point
/// on the way is kept; but what is counted is the border itself, by the rule that chooses it. A move
/// never empties a segment or tears it apart.
struct SegmentRefinement {
  /// What a cut is judged by, the first difference deciding.
  struct Score: Comparable {
    /// Buses beyond what sizes may differ.
    var excess: Int
    var borderCount: Int
    var tieCount: Int

    static func < (a: Score, b: Score) -> Bool {
      (a.excess, a.borderCount, a.tieCount) < (b.excess, b.borderCount, b.tieCount)
    }
  }

  /// A segment may differ from the mean by this share, and always by two buses.
  private static let tolerance = 0.05
  private static let maximumPasses = 12
  /// A pass ends after so many moves without a better cut.
  private static let patience = 24
  /// Moves whose border is looked at in a step, those with the fewest ties.
  private static let lookedAt = 24
  /// Of the choosing of borders, in ties looked at; keeps the largest grids within seconds.
  private static let maximumWork = 200_000_000

  private(set) var owners: [Int]
  private let graph: BusGraph
  private var sizes: [Int]
  private var vertexCounts: [Int]
  private let allowed: ClosedRange<Int>
  private var cover: BorderCover
  private var work = 0

  init(graph: BusGraph, count: Int, owners: [Int]) {
    self.graph = graph
    self.owners = owners
    sizes = [Int](repeating: 0, count: count)
    vertexCounts = sizes
    for (vertex, owner) in owners.enumerated() {
      sizes[owner] += graph.sizes[vertex]
      vertexCounts[owner] += 1
    }
    let mean = Double(graph.totalSize) / Double(count)
    let slack = max(2, Self.tolerance * mean)
    allowed = Int((mean - slack).rounded(.up))...Int((mean + slack).rounded(.down))
    cover = BorderCover(rowCount: graph.vertexCount)
  }

  mutating func score() -> Score { score(of: ties()) }

  mutating func refine() {
    for _ in 0..<Self.maximumPasses where work < Self.maximumWork {
      if !refineOnce() { return }
    }
  }

  private mutating func refineOnce() -> Bool {
    let first = score()
    var best = (score: first, moves: 0)
    var moves: [(vertex: Int, from: Int)] = []
    var isLocked = [Bool](repeating: false, count: graph.vertexCount)
    while moves.count < best.moves + Self.patience, work < Self.maximumWork {
      guard let move = bestMove(isLocked) else { break }
      moves.append((move.vertex, owners[move.vertex]))
      isLocked[move.vertex] = true
      self.move(move.vertex, to: move.owner)
      if move.score < best.score { best = (move.score, moves.count) }
    }
    for (vertex, from) in moves[best.moves...].reversed() { move(vertex, to: from) }
    return best.score < first
  }

  private struct Move {
    var vertex: Int
    var owner: Int
    var score: Score
  }

  /// The move that leaves the best score, of equal ones that of the lowest vertex.
  private mutating func bestMove(_ isLocked: [Bool]) -> Move? {
    let ties = ties()
    let present = self.excess()
    var candidates: [(excess: Int, ties: Int, vertex: Int, owner: Int)] = []
    for vertex in Set(ties.flatMap { [$0.a, $0.b] }).sorted()
    where !isLocked[vertex] && vertexCounts[owners[vertex]] > 1 {
      var weights: [Int: Int] = [:]
      for edge in graph.edges(of: vertex) {
        weights[owners[graph.neighbours[edge]], default: 0] += graph.weights[edge]
      }
      let own = owners[vertex]
      for (owner, weight) in weights where owner != own {
        let after = excessAfterMoving(vertex, to: owner, from: present)
        guard after <= present else { continue }
        candidates.append((after, (weights[own] ?? 0) - weight, vertex, owner))
      }
    }
    candidates.sort { $0 < $1 }
    var moves: [Move] = []
    for candidate in candidates.prefix(Self.lookedAt) {
      let (vertex, owner) = (candidate.vertex, candidate.owner)
      var after = ties.filter { $0.a != vertex && $0.b != vertex }
      for edge in graph.edges(of: vertex) where owners[graph.neighbours[edge]] != owner {
        for _ in 0..<graph.weights[edge] { after.append((vertex, graph.neighbours[edge])) }
      }
      var score = score(of: after)
      score.excess = candidate.excess
      moves.append(Move(vertex: vertex, owner: owner, score: score))
    }
    moves.sort { ($0.score, $0.vertex, $0.owner) < ($1.score, $1.vertex, $1.owner) }
    return moves.first { move in
      let own = owners[move.vertex]
      return graph.staysConnected(without: move.vertex) { owners[$0] == own }
    }
  }

  private func excessAfterMoving(_ vertex: Int, to owner: Int, from present: Int) -> Int {
    let (own, size) = (owners[vertex], graph.sizes[vertex])
    return present - excess(of: sizes[own]) - excess(of: sizes[owner])
      + excess(of: sizes[own] - size) + excess(of: sizes[owner] + size)
  }

  private mutating func move(_ vertex: Int, to owner: Int) {
    sizes[owners[vertex]] -= graph.sizes[vertex]
    vertexCounts[owners[vertex]] -= 1
    owners[vertex] = owner
    sizes[owner] += graph.sizes[vertex]
    vertexCounts[owner] += 1
  }

  private func ties() -> [(a: Int, b: Int)] {
    var ties: [(a: Int, b: Int)] = []
    for vertex in 0..<graph.vertexCount {
      for edge in graph.edges(of: vertex) where graph.neighbours[edge] > vertex {
        let other = graph.neighbours[edge]
        guard owners[other] != owners[vertex] else { continue }
        for _ in 0..<graph.weights[edge] { ties.append((vertex, other)) }
      }
    }
    return ties
  }

  private func excess() -> Int { sizes.reduce(0) { $0 + excess(of: $1) } }

  private func excess(of size: Int) -> Int {
    max(0, size - allowed.upperBound) + max(0, allowed.lowerBound - size)
  }

  private mutating func score(of ties: [(a: Int, b: Int)]) -> Score {
    let border = cover.choose(ties).count
    work += (border + 1) * (ties.count + 1)
    return Score(excess: excess(), borderCount: border, tieCount: ties.count)
  }
}
