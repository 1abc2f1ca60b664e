import Synchronization

/// What all connections of a server hold together.
final class BufferBudget: Sendable {
  private let limit: Int
  private let held = Atomic(0)

  init(_ limit: Int) { self.limit = limit }

  /// Counts what a connection holds more, or less, than when it said so last.
  func change(by bytes: Int) {
    if bytes != 0 { held.add(bytes, ordering: .relaxed) }
  }

  var isExceeded: Bool { held.load(ordering: .relaxed) > limit }
}
