import ActorCluster
import Testing

/// Lets calls over real sockets take a minute: in a test run that does other work on every thread, an
/// answer may wait longer than the three seconds of production.
struct Patience: TestTrait, SuiteTrait, TestScoping {
  let isRecursive = true

  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    try await ActorCluster.withDeadline(.seconds(60)) { try await body() }
  }
}

extension Trait where Self == Patience {
  static var patient: Self { Patience() }
}
