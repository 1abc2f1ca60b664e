import GridModel
import PowerFlow
import SimulatedCluster
import Testing

@testable import Twin

/// The border system sums pieces of one round only, and their size follows from the border alone.
struct BorderTests {
  private static let changes: [(String, @Sendable (inout RoundStamp) -> Void)] = [
    ("era", { $0.era -= 1 }), ("tick", { $0.tick += 1 }), ("iteration", { $0.iteration += 1 }),
    ("topology version", { $0.topologyVersion += 1 }), ("role version", { $0.roleVersion += 1 }),
  ]

  @Test("A block of another era, tick, round or version is not summed", arguments: 0..<5)
  func wrongStamp(change: Int) throws {
    let bench = try SegmentBench(Grids.cigre)
    let (stamp, blocks) = try bench.begin(0)
    for position in blocks.indices {
      var changed = blocks
      Self.changes[change].1(&changed[position].stamp)
      let refusal = BorderSystem.Refusal.wrongStamp(
        segment: blocks[position].segment, got: changed[position].stamp, expected: stamp)
      #expect(throws: refusal, "\(Self.changes[change].0)") {
        _ = try bench.border.judge(changed)
      }
    }
    guard case .step = try bench.border.judge(blocks) else {
      Issue.record("What was refused has left something behind.")
      return
    }
  }

  @Test("A block that does not fit the border is not summed")
  func wrongShape() throws {
    let bench = try SegmentBench(Grids.cigre)
    var blocks = try bench.begin(0).blocks
    blocks[1].mismatch.append(0)
    #expect(throws: BorderSystem.Refusal.wrongShape(segment: "feeder-1-upper")) {
      _ = try bench.border.judge(blocks)
    }
  }

  @Test("The messages of a round do not grow with what stands inside the segments")
  func sizeOfRounds() throws {
    let small = try Self.roundBytes(Grids.ring(interior: 20))
    let large = try Self.roundBytes(Grids.ring(interior: 200))
    #expect(small.keys.sorted() == large.keys.sorted())
    for (key, bytes) in small {
      // A number that happens to be short takes a few bytes less.
      #expect(abs(bytes - large[key]!) <= 16, "\(key)")
    }
  }

  /// The largest message of each kind of round, by target and direction.
  private static func roundBytes(_ topology: Topology) throws -> [String: Int] {
    let twin = try SimulatedTwin(topology)
    let log = MessageLog()
    twin.network.onMessage(log.append)
    _ = try twin.run(ticks: 1)
    twin.network.onMessage(nil)
    var bytes: [String: Int] = [:]
    for message in log.messages {
      guard ["begin(_:)", "advance(by:)"].contains(message.target) else { continue }
      let key = "\(message.purpose) of \(message.target)"
      bytes[key] = max(bytes[key, default: 0], message.byteCount)
    }
    return bytes
  }
}
