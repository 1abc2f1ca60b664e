import Foundation
import SQLiteTwinStore
import TwinStore

/// Measures what a commit costs, beside what its disk takes for as many bytes without a database.
enum CommitCost {
  static func measure(at path: String, segments: Int, bytes: Int, ticks: Int64) throws -> String {
    let state = [UInt8](repeating: 0x5a, count: bytes)
    let states = (0..<segments).map { SegmentRecord(segment: "segment-\($0)", state: state) }
    let store = try SQLiteStore(at: path, retention: max(2, ticks / 2))
    let era = try store.raiseEra()
    let commits = try durations(ticks) { tick in
      try store.commit(Commit(tick: tick, states: states), era: era)
    }
    let plain = URL(fileURLWithPath: path + ".plain")
    try Data().write(to: plain)
    defer { try? FileManager.default.removeItem(at: plain) }
    let file = try FileHandle(forWritingTo: plain)
    let data = Data(count: segments * bytes)
    let appends = try durations(ticks) { _ in
      try file.write(contentsOf: data)
      try file.synchronize()
    }
    return "\(segments) segments of \(bytes) bytes: commit \(commits.text); "
      + "append and fsync \(appends.text)"
  }

  private static func durations(
    _ count: Int64, _ body: (Int64) throws -> Void
  ) throws -> Quantiles {
    var durations_ms: [Double] = []
    for number in 0..<count {
      let duration = try ContinuousClock().measure { try body(number) }
      durations_ms.append(duration / .milliseconds(1))
    }
    return Quantiles(durations_ms.sorted())
  }

  private struct Quantiles {
    let sorted: [Double]

    init(_ sorted: [Double]) { self.sorted = sorted }

    var text: String {
      let figures = [0.5, 0.99].map { share in
        String(format: "%.2f", sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
      }
      return "median \(figures[0]) ms, p99 \(figures[1]) ms"
    }
  }
}
