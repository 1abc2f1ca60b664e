import Testing

@testable import Assets

@Suite("Keyed draws")
struct KeyedRandomTests {
  private let random = KeyedRandom(seed: 1, asset: .init(.load, "R1"))

  @Test("A draw does not depend on the draws before it")
  func orderIsNothing() {
    let forwards = (0..<100).map { random.uniform(tick: $0, purpose: "load") }
    let backwards = (0..<100).reversed().map { random.uniform(tick: $0, purpose: "load") }
    #expect(forwards == backwards.reversed())
  }

  @Test("A key gives the same draw in every process")
  func drawsAreWrittenDown() {
    // From a second implementation of FNV-1a and SplitMix64.
    #expect(random.uniform(tick: 0, purpose: "load") == 0.73035856007686)
    #expect(random.uniform(tick: -7, purpose: "load") == 0.09657787806759266)
    #expect(random.normal(tick: 0, purpose: "load") == 0.7283851661957556)
  }

  @Test("Seed, kind, id, tick and purpose each change the draw")
  func everyPartOfTheKeyCounts() {
    let draws = [
      random.uniform(tick: 1, purpose: "load"),
      random.uniform(tick: 2, purpose: "load"),
      random.uniform(tick: 1, purpose: "wind"),
      KeyedRandom(seed: 2, asset: .init(.load, "R1")).uniform(tick: 1, purpose: "load"),
      KeyedRandom(seed: 1, asset: .init(.load, "R2")).uniform(tick: 1, purpose: "load"),
      KeyedRandom(seed: 1, asset: .init(.generator, "R1")).uniform(tick: 1, purpose: "load"),
    ]
    #expect(Set(draws).count == draws.count)
  }

  @Test("Uniform draws fill 0 to 1 evenly")
  func uniformMoments() {
    let draws = (0..<10_000).map { random.uniform(tick: $0, purpose: "test") }
    let mean = draws.reduce(0, +) / 10_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
    #expect(draws.allSatisfy { (0..<1).contains($0) })
    #expect(abs(mean - 0.5) < 0.01)
    #expect(abs(variance - 1.0 / 12) < 0.002)
  }

  @Test("Normal draws have mean 0 and deviation 1")
  func normalMoments() {
    let draws = (0..<10_000).map { random.normal(tick: $0, purpose: "test") }
    let mean = draws.reduce(0, +) / 10_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
    #expect(abs(mean) < 0.03)
    #expect(abs(variance - 1) < 0.04)
  }

  @Test("A wandering course stays within -1 and 1 and takes no leaps, also before 1970")
  func wanderingIsSmooth() {
    let course = stride(from: -86_400, to: 86_400, by: 60).map {
      random.wander(second: $0, period_s: 3_600, purpose: "test")
    }
    #expect(course.allSatisfy { abs($0) <= 1 })
    // The steepest rise goes from -1 to 1 within the period, at 1.5 times the mean slope.
    #expect(zip(course, course.dropFirst()).allSatisfy { abs($0 - $1) <= 2 * 1.5 * 60 / 3_600 })
  }
}
