import Testing

@testable import Balancing

@Suite("Regions that step together")
struct RoundAgreementTests {
  /// Runs a graph whose vertex `i` is at rest from round `rest[i]` on, and says in which round each
  /// ended.
  private func run(_ neighbours: [[Int]], reach: Int, rest: [Int], limit: Int = 1_000) -> [Int] {
    var agreements = neighbours.map { _ in RoundAgreement(reach: reach, limit: limit) }
    while !agreements.allSatisfy(\.isOver) {
      let notes = agreements.map(\.note)
      for vertex in agreements.indices where !agreements[vertex].isOver {
        agreements[vertex].conclude(
          isCalm: agreements[vertex].round >= rest[vertex],
          heard: neighbours[vertex].map { notes[$0] })
      }
    }
    return agreements.map(\.round)
  }

  private static let line = [[1], [0, 2], [1, 3], [2, 4], [3]]

  @Test("end in one round, after the last has come to rest", arguments: 0...4)
  func together(late: Int) {
    var rest = [3, 3, 3, 3, 3]
    rest[late] = 20
    let ends = run(Self.line, reach: 4, rest: rest)
    #expect(Set(ends).count == 1)
    #expect(ends[0] > 20)
    #expect(ends[0] <= 20 + 1 + 2 * 4)
  }

  @Test("do not end while one is not at rest, except at the limit")
  func limit() {
    let ends = run(Self.line, reach: 4, rest: [0, 0, 0, 0, .max], limit: 50)
    #expect(ends == [50, 50, 50, 50, 50])
  }

  @Test("that are alone end at once")
  func alone() {
    #expect(run([[]], reach: 0, rest: [0]) == [1])
  }
}
