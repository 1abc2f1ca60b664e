import ActorCluster
import Distributed
import TwinStore
import WireCodec

/// Shows what a coordinator's store holds to whoever asks from outside, a page at a time.
///
/// It reads and changes nothing. What is asked for is bounded before anything is read: a question
/// costs no more than one page does.
package distributed actor Archive: ClusterActor {
  package typealias ActorSystem = ActorCluster
  package static let kind = "archive"
  package static let name = "archive"
  package static let targets = TargetTable<Archive> {
    Target("contents()", era: .any) { actor in try await actor.contents() }
    Target("slice(of:part:)", era: .any) { actor, segment, part in
      try await actor.slice(of: segment, part: part)
    }
    Target("commits(from:to:of:)", era: .any) { actor, first, last, segments in
      try await actor.commits(from: first, to: last, of: segments)
    }
  }

  /// Ticks that one question may name.
  package static let ticksPerPage: Int64 = 64
  /// Segments that one question may name: more than the neighbours of any.
  package static let segmentsPerPage = 256
  /// A page ends with the tick that reaches this size; a message may have 1 MiB.
  static let pageBytes = 256 << 10

  private let source: any CommitSource
  /// Read once: the slices of a store never change.
  private var known: [StoredSlice]?

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe actorSystem.executor(for: id)
  }

  package init(_ source: any CommitSource, actorSystem: ActorCluster) {
    self.source = source
    self.actorSystem = actorSystem
  }

  /// Where the archive of a twin is.
  package static var identity: ActorIdentity {
    ActorIdentity(kind: kind, name: name, on: Coordinator.nodeName)
  }

  /// What there is to ask for.
  package distributed func contents() async throws -> ArchiveContents {
    let slices = try await slices()
    let ticks = try await read { try await $0.ticks() }
    return ArchiveContents(
      firstTick: ticks?.lowerBound, lastTick: ticks?.upperBound,
      segments: slices.map { slice in
        ArchiveContents.Slice(
          segment: slice.segment, parts: Self.partCount(slice.bytes.count))
      })
  }

  /// A part of a segment's slice as the store has it, counted from 0.
  package distributed func slice(of segment: String, part: Int) async throws -> [UInt8] {
    guard let slice = try await slices().first(where: { $0.segment == segment }) else {
      throw ArchiveRefusal.nonsense("the twin has no segment '\(segment.prefix(64))'")
    }
    let bytes = slice.bytes
    guard (0..<Self.partCount(bytes.count)).contains(part) else {
      throw ArchiveRefusal.nonsense("the slice has no part \(part)")
    }
    let start = part * SlicePart.maximumSize
    return Array(bytes[start..<min(bytes.count, start + SlicePart.maximumSize)])
  }

  /// The commits of some ticks, as many as fit into a page; whoever wants more asks from the next
  /// tick on.
  package distributed func commits(
    from first: Int64, to last: Int64, of segments: [String]
  ) async throws -> CommitPage {
    guard first >= 0, last >= first, last - first < Self.ticksPerPage else {
      throw ArchiveRefusal.nonsense(
        "ticks \(first) to \(last) are no page; ask for 1 to \(Self.ticksPerPage) ticks from 0 up")
    }
    guard (1...Self.segmentsPerPage).contains(segments.count) else {
      throw ArchiveRefusal.nonsense("a page is of 1 to \(Self.segmentsPerPage) segments")
    }
    let wanted = Set(segments)
    let commits = try await read { try await $0.commits(in: first...last, of: wanted) }
    var page = CommitPage(last: last)
    var size = 0
    for commit in commits {
      if size >= Self.pageBytes {
        page.last = commit.tick - 1
        break
      }
      page.commits.append(ArchivedCommit(commit))
      size += commit.states.reduce(0) { $0 + $1.state.count }
    }
    return page
  }

  private func slices() async throws(ArchiveRefusal) -> [StoredSlice] {
    if let known { return known }
    let slices = try await read { try await $0.slices() }
    if !slices.isEmpty { known = slices }
    return slices
  }

  private func read<Answer: Sendable>(
    _ body: @Sendable (any CommitSource) async throws -> Answer
  ) async throws(ArchiveRefusal) -> Answer {
    do { return try await body(source) } catch { throw .unreadable("\(error)") }
  }

  private static func partCount(_ size: Int) -> Int {
    max(1, (size + SlicePart.maximumSize - 1) / SlicePart.maximumSize)
  }
}

/// Why an archive gives no page.
package enum ArchiveRefusal: Error, Sendable, Equatable, Codable, WireCodable {
  /// The question has no answer, whatever the store holds.
  case nonsense(String)
  /// The store cannot be read.
  case unreadable(String)
}

extension ArchiveRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .nonsense(let why): why
    case .unreadable(let why): "the store cannot be read: \(why)"
    }
  }
}
