import Testing

@testable import Balancing

@Suite("Demand response by dual decomposition")
struct DualDecompositionTests {
  /// x ← 48271 x mod 2³¹ - 1.
  private struct ParkMiller {
    var x: Int
    mutating func next() -> Double {
      x = 48_271 * x % 2_147_483_647
      return Double(x) / 2_147_483_647
    }
  }

  private func problem(agents: Int, slots: Int) -> ResponseProblem {
    var random = ParkMiller(x: 11)
    let discomfort = (0..<agents).map { _ in 0.5 + 1.5 * random.next() }
    let want = (0..<agents).map { _ in (0..<slots).map { _ in 0.5 + 1.5 * random.next() } }
    let mean = want.joined().reduce(0, +) / Double(slots)
    let cap = (0..<slots).map { slot in
      let angle = 2 * Double.pi * Double(slot) / Double(slots)
      return 0.8 * mean + 0.25 * mean * sine(angle)
    }
    return ResponseProblem(
      discomfort: discomfort, want: want, cap: cap, optimum: 155.01204881)
  }

  /// By its series around zero, good to rounding for one turn.
  private func sine(_ angle: Double) -> Double {
    let x = angle > .pi ? angle - 2 * .pi : angle
    var (term, sum) = (x, x)
    for k in stride(from: 3, through: 41, by: 2) {
      term *= -x * x / Double(k * (k - 1))
      sum += term
    }
    return sum
  }

  private func run(_ problem: ResponseProblem, faults: [Fault] = []) -> RunResult {
    var options = VirtualRun<ResponseProblem, ResponseAgent>.Options()
    options.interval = 1
    options.faults = faults
    var run = VirtualRun(
      Referee(problem), agents: DualDecomposition().agents(for: problem), options: options)
    return run.run()
  }

  @Test("finds the reference figure in at most six rounds, and says so")
  func reference() throws {
    let result = run(problem(agents: 100, slots: 24))
    #expect(result.stop == .true)
    // The sixth round's words arrive before the seventh look.
    let sixth = try #require(result.trace.last { $0.round <= 7 })
    #expect(sixth.score.gap! < 1e-6)
    #expect(sixth.score.violation < 1e-6)
  }

  @Test("survives losses", arguments: [0.05, 0.3])
  func losses(share: Double) {
    let result = run(problem(agents: 100, slots: 24), faults: [Fault(.loss(share))])
    #expect(result.stop == .true, "\(result.rounds) \(result.score) \(result.traffic)")
  }

  @Test("sends a price for each slot down, and an amount and a slope up")
  func accounting() {
    let result = run(problem(agents: 100, slots: 24))
    let prices = result.rounds / 2
    #expect(result.traffic.messages == 2 * 99 * prices)
    #expect(result.traffic.words == 99 * prices * (24 + 48))
  }
}
