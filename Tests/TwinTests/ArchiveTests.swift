import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// What a coordinator has committed, read from outside a page at a time.
struct ArchiveTests {
  @Test("Every commit comes back as it is, in as many pages as it takes")
  func pages() throws {
    let source = MadeUpStore(kept: 0...99, stateBytes: 20_000)
    try Self.run(source) { archive in
      let contents = try await archive.contents()
      #expect(contents.firstTick == 0)
      #expect(contents.lastTick == 99)
      #expect(contents.segments.map(\.segment) == ["a", "b"])
      var read: [Commit] = []
      var next: Int64 = 0
      var pages = 0
      while next <= 99 {
        let page = try await archive.commits(from: next, to: min(99, next + 63), of: ["b"])
        #expect(page.commits.count <= 14)
        read += page.commits.map(\.commit)
        next = page.last + 1
        pages += 1
      }
      #expect(pages == 8)
      #expect(read == source.commits(in: 0...99, of: ["b"]))
    }
  }

  @Test("A slice comes in parts")
  func slices() throws {
    let source = MadeUpStore(kept: 0...0, stateBytes: 1, sliceBytes: 600_000)
    try Self.run(source) { archive in
      let slice = try await archive.contents().segments[0]
      #expect(slice.parts == 3)
      var bytes: [UInt8] = []
      for part in 0..<slice.parts { bytes += try await archive.slice(of: "a", part: part) }
      #expect(bytes == source.slices()[0].bytes)
    }
  }

  @Test(
    "Nonsense is refused before anything is read",
    arguments: [
      (-1, 0, ["a"]), (5, 4, ["a"]), (0, 64, ["a"]), (0, .max, ["a"]), (.min, .max, ["a"]),
      (0, 1, []), (0, 1, [String](repeating: "a", count: 257)),
    ] as [(Int64, Int64, [String])])
  func nonsense(_ first: Int64, _ last: Int64, _ segments: [String]) throws {
    try Self.run(MadeUpStore(kept: 0...9, stateBytes: 1)) { archive in
      let error = await #expect(throws: ClusterError.self) {
        _ = try await archive.commits(from: first, to: last, of: segments)
      }
      guard case .remote(let failure) = error,
        case .nonsense = failure.decoded(as: ArchiveRefusal.self)
      else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("A part that no slice has is refused", arguments: [("a", -1), ("a", 1), ("c", 0)])
  func noPart(_ segment: String, _ part: Int) throws {
    try Self.run(MadeUpStore(kept: 0...9, stateBytes: 1)) { archive in
      await #expect(throws: ClusterError.self) {
        _ = try await archive.slice(of: segment, part: part)
      }
    }
  }

  @Test("A store without a tick has contents without one")
  func empty() throws {
    try Self.run(MadeUpStore(kept: nil, stateBytes: 1)) { archive async throws in
      #expect(try await archive.contents().lastTick == nil)
      #expect(try await archive.commits(from: 0, to: 9, of: ["a"]).commits.isEmpty)
    }
  }

  private static func run(
    _ source: MadeUpStore, _ body: @escaping @Sendable (Archive) async throws -> Void
  ) throws {
    let runtime = SimulatedRuntime(seed: 1)
    let network = SimulatedNetwork(runtime: runtime, authority: CallTable())
    try runtime.run {
      let cluster = try await network.startNode(Coordinator.nodeName, twin: "t")
      _ = try cluster.host(Archive.name) { Archive(source, actorSystem: $0) }
      let operator_ = try await network.startNode(CallTable.operatorProcess("anna"), twin: "t")
      try await body(try Archive.resolve(id: Archive.identity, using: operator_))
      await operator_.shutdown()
      await cluster.shutdown()
    }
  }
}

/// Commits of two segments whose states tell their tick.
private struct MadeUpStore: CommitSource {
  var kept: ClosedRange<Int64>?
  var stateBytes: Int
  var sliceBytes = 10

  func slices() -> [StoredSlice] {
    ["a", "b"].map { segment in
      StoredSlice(
        segment: segment, bytes: (0..<sliceBytes).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    }
  }

  func ticks() -> ClosedRange<Int64>? { kept }

  func commits(in wanted: ClosedRange<Int64>, of segments: Set<String>) -> [Commit] {
    guard let kept, kept.overlaps(wanted) else { return [] }
    return kept.clamped(to: wanted).map { tick in
      Commit(
        tick: tick,
        states: segments.sorted().map { segment in
          SegmentRecord(
            segment: segment,
            state: [UInt8](repeating: UInt8(truncatingIfNeeded: tick), count: stateBytes))
        })
    }
  }
}
