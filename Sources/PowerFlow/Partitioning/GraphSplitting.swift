import SeededRandom

/// Splits a connected graph into connected segments of about equal size with few border vertices.
///
/// Several cuts by repeated bisection are made from one seed; the best of them are refined by what
/// counts in the end, the size of the border.
struct GraphSplitting {
  /// Cuts that are made, and of those how many are refined: small graphs are cut more often,
  /// because it costs little.
  private static let drawsOfSmallGraphs = 16
  private static let drawnVertices = 24_000
  private static let refinedDraws = 4

  let graph: BusGraph
  let count: Int

  /// The segment of each vertex, 0 up to `count`. Every segment has a vertex.
  ///
  /// The graph is connected and has at least `count` vertices.
  func owners(seed: UInt64) -> [Int] {
    precondition((1...graph.vertexCount).contains(count), "A vertex for each segment.")
    let draws = max(2, min(Self.drawsOfSmallGraphs, Self.drawnVertices / graph.vertexCount))
    var cuts: [(score: SegmentRefinement.Score, refinement: SegmentRefinement)] = []
    for draw in 0..<draws {
      var random = SeededGenerator(seed: seed, draw: draw)
      var owners = [Int](repeating: 0, count: graph.vertexCount)
      var next = 0
      split(Array(0..<graph.vertexCount), into: count, &owners, &next, &random)
      var refinement = SegmentRefinement(graph: graph, count: count, owners: owners)
      cuts.append((refinement.score(), refinement))
    }
    // Refining mends sizes at a price, so a bus too many weighs like one on the border. Of equal
    // ones the earlier draw comes first.
    let prices = cuts.map { $0.score.borderCount + $0.score.excess }
    let best = cuts.indices.sorted { (prices[$0], $0) < (prices[$1], $1) }
      .prefix(Self.refinedDraws)
    var chosen: (score: SegmentRefinement.Score, owners: [Int])?
    for position in best {
      var refinement = cuts[position].refinement
      refinement.refine()
      let score = refinement.score()
      if chosen == nil || score < chosen!.score { chosen = (score, refinement.owners) }
    }
    return chosen!.owners
  }

  /// Splits some vertices, which are connected, into segments numbered from `next`.
  private func split(
    _ vertices: [Int], into count: Int, _ owners: inout [Int], _ next: inout Int,
    _ random: inout SeededGenerator
  ) {
    guard count > 1 else {
      for vertex in vertices { owners[vertex] = next }
      next += 1
      return
    }
    let part = graph.part(vertices)
    let parts = (first: count - count / 2, second: count / 2)
    let sides = Bisection(part, parts: parts).sides(&random)
    let seconds = sides.count { $0 }
    if seconds >= parts.second, sides.count - seconds >= parts.first {
      split(side(false, of: vertices, sides), into: parts.first, &owners, &next, &random)
      split(side(true, of: vertices, sides), into: parts.second, &owners, &next, &random)
    } else {
      // Too few vertices on a side, as in a star: one vertex whose loss cuts nothing off is a
      // segment of its own.
      let leaf = part.pieces { _ in true }[0].last!
      let rest = sides.indices.map { $0 == leaf }
      split(side(false, of: vertices, rest), into: count - 1, &owners, &next, &random)
      split([vertices[leaf]], into: 1, &owners, &next, &random)
    }
  }

  private func side(_ side: Bool, of vertices: [Int], _ sides: [Bool]) -> [Int] {
    vertices.indices.filter { sides[$0] == side }.map { vertices[$0] }
  }
}
