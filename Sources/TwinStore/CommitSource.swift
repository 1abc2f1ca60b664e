/// Where committed ticks are read from: a store, or its coordinator on the wire.
package protocol CommitSource: Sendable {
  /// The slice of every segment that the twin has.
  func slices() async throws -> [StoredSlice]

  /// The kept ticks, which are all between the ends; `nil` before the first commit.
  func ticks() async throws -> ClosedRange<Int64>?

  /// The commits of some ticks, ascending, with the states of some segments only. A tick that is no
  /// longer kept, or not committed yet, is left out.
  func commits(in ticks: ClosedRange<Int64>, of segments: Set<String>) async throws -> [Commit]
}
