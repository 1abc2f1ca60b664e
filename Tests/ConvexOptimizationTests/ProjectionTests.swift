import ConvexOptimization
import SeededRandom
import Testing

/// The oracle is the solver itself: the nearest point is a quadratic program.
@Suite("A projection is the nearest point of")
struct ProjectionTests {
  static let seeds: ClosedRange<UInt64> = 1...40

  private struct Instance {
    var x: [Double]
    var lower: [Double]
    var upper: [Double]
    var normal: [Double]
    var level: Double

    init(seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      func numbers(_ range: ClosedRange<Double>) -> [Double] {
        x.map { _ in Double.random(in: range, using: &random) }
      }
      x = [Double](repeating: 0, count: Int.random(in: 1...9, using: &random))
      (lower, upper, normal, level) = ([], [], [], 0)
      x = numbers(-3...3)
      lower = numbers(-2...0)
      upper = numbers(0...2)
      normal = numbers(-1...1)
      level = Double.random(in: -1...1, using: &random)
    }

    /// The nearest point by the solver.
    func nearest(
      lower: [Double]? = nil, upper: [Double]? = nil, row: [Double]? = nil, from least: Double = 0,
      to most: Double = 0
    ) throws -> [Double] {
      var builder = QuadraticProgramBuilder()
      for place in x.indices {
        builder.addVariable(
          lower: lower?[place] ?? -.infinity, upper: upper?[place] ?? .infinity,
          linear: -x[place], quadratic: 1)
      }
      if let row {
        builder.addRow(
          Array(row.enumerated()).map { ($0.offset, $0.element) }, lower: least, upper: most)
      }
      return try builder.program().solve().primal
    }
  }

  private func expectEqual(
    _ ours: [Double]?, _ theirs: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ours = try #require(ours, sourceLocation: sourceLocation)
    #expect(ours.count == theirs.count, sourceLocation: sourceLocation)
    for (a, b) in zip(ours, theirs) {
      #expect(abs(a - b) < 1e-4, sourceLocation: sourceLocation)
    }
  }

  @Test("a box", arguments: seeds)
  func box(seed: UInt64) throws {
    let instance = Instance(seed: seed)
    try expectEqual(
      Projection.ontoBox(instance.x, lower: instance.lower, upper: instance.upper),
      instance.nearest(lower: instance.lower, upper: instance.upper))
  }

  @Test("a simplex", arguments: seeds)
  func simplex(seed: UInt64) throws {
    let instance = Instance(seed: seed)
    let total = abs(instance.level) * 3
    let ours = Projection.ontoSimplex(instance.x, total: total)
    #expect(abs(ours.reduce(0, +) - total) < 1e-12)
    #expect(ours.allSatisfy { $0 >= 0 })
    try expectEqual(
      ours,
      instance.nearest(
        lower: instance.x.map { _ in 0 }, row: instance.x.map { _ in 1 }, from: total, to: total))
  }

  @Test("a hyperplane and a halfspace", arguments: seeds)
  func planes(seed: UInt64) throws {
    let instance = Instance(seed: seed)
    let (x, normal, level) = (instance.x, instance.normal, instance.level)
    try expectEqual(
      Projection.ontoHyperplane(x, normal: normal, level: level),
      instance.nearest(row: normal, from: level, to: level))
    try expectEqual(
      Projection.ontoHalfspace(x, normal: normal, level: level),
      instance.nearest(row: normal, from: -.infinity, to: level))
  }

  @Test("a box with a budget, and of none where the budget is out of reach", arguments: seeds)
  func budget(seed: UInt64) throws {
    let instance = Instance(seed: seed)
    let (x, lower, upper) = (instance.x, instance.lower, instance.upper)
    let (least, most) = (lower.reduce(0, +), upper.reduce(0, +))
    for share in [0, 0.01, 0.4, 0.99, 1] {
      let total = least + share * (most - least)
      let ours = Projection.ontoBudget(x, lower: lower, upper: upper, total: total)
      #expect(abs((ours?.reduce(0, +) ?? .nan) - total) < 1e-12)
      guard share > 0, share < 1 else { continue }
      try expectEqual(
        ours,
        instance.nearest(
          lower: lower, upper: upper, row: x.map { _ in 1 }, from: total, to: total))
    }
    #expect(Projection.ontoBudget(x, lower: lower, upper: upper, total: most + 0.1) == nil)
    #expect(Projection.ontoBudget(x, lower: lower, upper: upper, total: least - 0.1) == nil)
  }

  @Test("a box with a budget and limits that are not there")
  func openBudget() throws {
    let free = [Double](repeating: .infinity, count: 3)
    let ours = Projection.ontoBudget([3, 0, -3], lower: free.map { -$0 }, upper: free, total: 3)
    try expectEqual(ours, [4, 1, -2])
    let half = Projection.ontoBudget([3, 0, -3], lower: [0, 0, 0], upper: free, total: 1)
    try expectEqual(half, [1, 0, 0])
  }

  @Test("a ball")
  func ball() {
    let inside = Projection.ontoBall([3, 4], center: [0, 0], radius: 1)
    #expect(abs(inside[0] - 0.6) < 1e-15 && abs(inside[1] - 0.8) < 1e-15)
    #expect(Projection.ontoBall([3, 4], center: [3, 3], radius: 1) == [3, 4])
    #expect(Projection.ontoBall([1, 1], center: [1, 1], radius: 0) == [1, 1])
    let far = Projection.ontoBall([3e200, 4e200], center: [0, 0], radius: 5)
    #expect(abs(far[0] - 3) < 1e-14 && abs(far[1] - 4) < 1e-14)
  }

  @Test("a simplex or a budget of nothing is nothing")
  func empty() {
    #expect(Projection.ontoSimplex([], total: 0) == [])
    #expect(Projection.ontoSimplex([1, 2], total: 0) == [0, 0])
    #expect(Projection.ontoBudget([], lower: [], upper: [], total: 0) == [])
    #expect(Projection.ontoBudget([], lower: [], upper: [], total: 1) == nil)
  }
}
