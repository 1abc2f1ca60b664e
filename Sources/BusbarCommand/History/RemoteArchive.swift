import ActorCluster
import Twin
import TwinStore

/// What a coordinator has committed, read over the wire a page at a time.
struct RemoteArchive: CommitSource {
  private let archive: Archive

  /// A page is read from a disk that may be slow.
  private static let patience = Duration.seconds(5)
  /// No twin's slice comes near it: 256 MiB.
  private static let maximumParts = 1_024

  init(_ archive: Archive) { self.archive = archive }

  func slices() async throws -> [StoredSlice] {
    var slices: [StoredSlice] = []
    for slice in try await ask({ try await $0.contents() }).segments {
      var bytes: [UInt8] = []
      for part in 0..<min(max(slice.parts, 0), Self.maximumParts) {
        bytes += try await ask { try await $0.slice(of: slice.segment, part: part) }
      }
      slices.append(StoredSlice(segment: slice.segment, bytes: bytes))
    }
    return slices
  }

  func ticks() async throws -> ClosedRange<Int64>? {
    let contents = try await ask { try await $0.contents() }
    guard let first = contents.firstTick, let last = contents.lastTick, first <= last else {
      return nil
    }
    return first...last
  }

  func commits(in ticks: ClosedRange<Int64>, of segments: Set<String>) async throws -> [Commit] {
    let wanted = segments.sorted()
    var commits: [Commit] = []
    var next = ticks.lowerBound
    while next <= ticks.upperBound {
      let first = next
      let last = min(ticks.upperBound, first + Archive.ticksPerPage - 1)
      let page = try await ask { try await $0.commits(from: first, to: last, of: wanted) }
      guard page.last >= first else {
        throw StoredHistory.Missing("the coordinator gave an empty page of its history")
      }
      commits += page.commits.map(\.commit)
      next = page.last + 1
    }
    return commits
  }

  private func ask<Answer: Sendable>(
    _ question: @Sendable (Archive) async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await ActorCluster.withDeadline(Self.patience) { try await question(archive) }
    } catch ClusterError.remote(let failure) {
      let refusal = failure.decoded(as: ArchiveRefusal.self)
      throw StoredHistory.Missing(refusal?.description ?? failure.message)
    } catch ClusterError.noSuchActor {
      throw StoredHistory.Missing(
        "the coordinator keeps no history; start it with --data DIR, as 'busbar up' does")
    }
  }
}
