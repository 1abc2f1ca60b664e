import ArgumentParser

/// The seeds of a run, first and last, written `1..1000`.
struct SeedRange: Sendable, Equatable, ExpressibleByArgument {
  let first: UInt64
  let last: UInt64

  /// More take longer than anyone waits.
  private static let maximumCount: UInt64 = 100_000_000

  init(first: UInt64, last: UInt64) {
    precondition(first <= last, "A range has a seed.")
    self.first = first
    self.last = last
  }

  init?(argument: String) {
    let parts = argument.split(separator: "..", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]),
      first <= last, last - first < Self.maximumCount
    else { return nil }
    self.init(first: first, last: last)
  }

  var count: Int { Int(last - first) + 1 }
}
