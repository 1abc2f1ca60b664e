/// Keeps so many of the same thing going at once.
struct InFlight {
  private let width: Int

  init(_ width: Int) { self.width = width }

  /// Does something so many times in all, and ends with the first that fails.
  func run(_ times: Int, _ work: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<width {
        let share = times / width + (part < times % width ? 1 : 0)
        group.addTask { for _ in 0..<share { try await work() } }
      }
      try await group.waitForAll()
    }
  }
}
