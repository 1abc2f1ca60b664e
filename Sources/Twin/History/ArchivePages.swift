import TwinStore
import WireCodec

/// What an archive holds.
package struct ArchiveContents: Sendable, Equatable, Codable, WireCodable {
  /// The kept ticks; `nil` before the first commit.
  package var firstTick: Int64?
  package var lastTick: Int64?
  package var segments: [Slice]

  /// How many messages bring a segment's slice.
  package struct Slice: Sendable, Equatable, Codable {
    package var segment: String
    package var parts: Int
  }
}

/// Some committed ticks.
package struct CommitPage: Sendable, Equatable, WireCodable {
  package var commits: [ArchivedCommit] = []
  /// The last tick that the page answers for; smaller than asked for when it was full.
  package var last: Int64

  init(last: Int64) { self.last = last }

  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("commits", commits)
    writer.write("last", last)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    commits = try reader.read("commits", in: &fields)
    last = try reader.read("last", in: &fields)
    try reader.endMap(fields)
  }
}

/// A committed tick on the wire.
package struct ArchivedCommit: Sendable, Equatable, WireCodable {
  package var commit: Commit

  init(_ commit: Commit) { self.commit = commit }

  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 3)
    writer.write("tick", commit.tick)
    writer.write("segments", commit.states.map(\.segment))
    writer.write("states", commit.states.map(\.state))
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let tick: Int64 = try reader.read("tick", in: &fields)
    let segments: [String] = try reader.read("segments", in: &fields)
    let states: [[UInt8]] = try reader.read("states", in: &fields)
    guard segments.count == states.count else {
      throw .invalidValue("a commit with unequal counts of segments and states")
    }
    commit = Commit(
      tick: tick,
      states: zip(segments, states).map { SegmentRecord(segment: $0, state: $1) })
    try reader.endMap(fields)
  }
}
