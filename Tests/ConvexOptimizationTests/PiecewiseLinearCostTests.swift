import ConvexOptimization
import SeededRandom
import Testing

@Suite("A piecewise-linear cost")
struct PiecewiseLinearCostTests {
  @Test("is the larger of its pieces, at and between its points and beyond them")
  func values() throws {
    let cost = try PiecewiseLinearCost(through: [(0, 1), (1, 2), (3, 8)])
    #expect(cost.pieces.count == 2)
    #expect([0, 0.5, 1, 2, 3, 4, -1].map { cost($0) } == [1, 1.5, 2, 5, 8, 11, 0])
  }

  @Test("of one slope is one piece, and of falling slopes is refused")
  func pieces() throws {
    #expect(try PiecewiseLinearCost(through: [(0, 0), (1, 2), (5, 10)]).pieces.count == 1)
    #expect(throws: PiecewiseLinearCostError.notConvex(point: 1, before: 2, after: 1)) {
      try PiecewiseLinearCost(through: [(0, 0), (1, 2), (2, 3)])
    }
    #expect(throws: PiecewiseLinearCostError.notRising(point: 1)) {
      try PiecewiseLinearCost(through: [(1, 0), (1, 2)])
    }
    #expect(throws: PiecewiseLinearCostError.tooFewPoints(1)) {
      try PiecewiseLinearCost(through: [(1, 0)])
    }
    #expect(throws: PiecewiseLinearCostError.notFinite(point: 1)) {
      try PiecewiseLinearCost(through: [(1, 0), (2, .nan)])
    }
  }

  @Test("that falls by the rounding of its points only is taken as it is")
  func rounding() throws {
    let cost = try PiecewiseLinearCost(through: [(0, 0), (1, 2), (2, 3.9999999)])
    #expect(cost.pieces.count == 2)
  }

  @Test("is minimised where a search finds its least", arguments: 1...30 as ClosedRange<UInt64>)
  func minimum(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var points = [(x: -2.0, cost: 5.0)]
    var slope = -4.0
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let step = Double.random(in: 0.1...1, using: &random)
      points.append((points.last!.x + step, points.last!.cost + step * slope))
      slope += Double.random(in: 0.1...3, using: &random)
    }
    let cost = try PiecewiseLinearCost(through: points)
    let curvature = Double.random(in: 0...2, using: &random)
    var builder = QuadraticProgramBuilder()
    let x = builder.addVariable(lower: -1.5, upper: 3, quadratic: curvature)
    builder.addCost(of: x, cost)
    let solution = try builder.program().solve()
    // The least over a fine grid and the breakpoints.
    let grid = (0...200_000).map { -1.5 + 4.5 * Double($0) / 200_000 } + points.map(\.x)
    let least = grid.filter { $0 >= -1.5 && $0 <= 3 }
      .map { cost($0) + curvature / 2 * $0 * $0 }.min()!
    #expect(solution.objective <= least + 1e-8)
    #expect(solution.objective >= least - 1e-3)
    let at = solution.primal[x]
    #expect(abs(cost(at) + curvature / 2 * at * at - solution.objective) < 1e-7)
  }
}
