import ActorCluster
import ArgumentParser
import HTTP2Connection

struct StreamBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Time the items of one stream between two processes.",
    discussion: """
      A child process says readings, a time and some numbers each; this process
      subscribes over HTTP/2 on loopback. First it grants one item after the other,
      then it keeps granting, so that the stream is never empty. No item is left
      out; the connection is mutual TLS 1.3.

      Examples:
        busbar bench stream
        busbar bench stream --items 1000000 -o json
        busbar bench stream --numbers 1000 --items 20000
        busbar bench stream --plaintext
      """)

  @Option(help: "How many items to hear on a full stream; a hundredth is heard one by one.")
  var items = 500_000

  @Option(help: "How many numbers an item has.")
  var numbers = 1

  @Option(help: "How many items may be on their way.")
  var credit = StreamFollower.usualCredit

  @OptionGroup var path: BenchPath

  /// Items before the first that is timed: memory warms up.
  private static let warmUp = 500
  private static let maximumItems = 100_000_000
  /// An item is a message, and eight bytes a number make 160 kB.
  private static let maximumNumbers = 20_000
  private static let maximumCredit: UInt32 = 100_000

  func validate() throws {
    guard (1...Self.maximumItems).contains(items) else {
      throw ValidationError("--items takes a number from 1 to \(Self.maximumItems).")
    }
    guard (1...Self.maximumNumbers).contains(numbers) else {
      throw ValidationError("--numbers takes a number from 1 to \(Self.maximumNumbers).")
    }
    guard (1...Self.maximumCredit).contains(credit) else {
      throw ValidationError("--credit takes a number from 1 to \(Self.maximumCredit).")
    }
  }

  func run() async throws {
    let pair = try BenchPair(isEncrypted: !path.plaintext)
    defer { pair.remove() }
    let timing = try await pair.measure(asking: ["--numbers=\(numbers)"]) {
      try await measure(on: $0, $1)
    }
    path.output.print(timing)
  }

  private func measure(
    on connection: HTTP2ClientConnection, _ answering: AnsweringProcess
  ) async throws -> StreamTiming {
    var single = StreamListener(credit: 1)
    try await single.hear(max(1, items / 100), after: Self.warmUp, on: connection) {}
    var full = StreamListener(credit: credit, from: single.place)
    var start = BenchClocks(answering)
    try await full.hear(items, after: Self.warmUp, on: connection) {
      start = BenchClocks(answering)
    }
    return StreamTiming(
      isEncrypted: !path.plaintext, itemBytes: full.itemBytes, roundTrips_us: single.pauses_us,
      items: items, credit: Int(credit), ages_us: full.ages_us,
      cost: BenchClocks(answering) - start)
  }
}

/// Hears readings and notes how old they are.
private struct StreamListener {
  struct Incomplete: Error, CustomStringConvertible {
    let description: String
  }

  private struct Enough: Error {}

  private var follower: StreamFollower
  private(set) var itemBytes = 0
  /// From being said until heard.
  private(set) var ages_us: [Double] = []
  /// From one item to the next.
  private(set) var pauses_us: [Double] = []

  var place: StreamPlace? { follower.place }

  init(credit: UInt32, from place: StreamPlace? = nil) {
    follower = StreamFollower(topic: ReadingTopic.name, from: place, credit: credit)
  }

  /// Hears items, none of which may be missing.
  ///
  /// - Parameters:
  ///   - warmUp: so many more come first, and are not noted.
  ///   - begin: called when they have come.
  mutating func hear(
    _ count: Int, after warmUp: Int, on connection: HTTP2ClientConnection, _ begin: () -> Void
  ) async throws {
    var left = warmUp
    var last_ns: UInt64 = 0
    var (ages_us, pauses_us, itemBytes) = ([Double](), [Double](), 0)
    ages_us.reserveCapacity(count)
    pauses_us.reserveCapacity(count)
    do {
      let end = try await follower.follow(on: connection) { news in
        guard case .item(let item) = news else {
          throw Incomplete(description: "Items of the stream are missing.")
        }
        let reading = try BenchReading(decoding: Array(item.payload))
        let now_ns = BenchReading.now_ns
        defer { last_ns = now_ns }
        guard left == 0 else {
          left -= 1
          if left == 0 { begin() }
          return
        }
        ages_us.append(Double(now_ns - reading.said_ns) / 1_000)
        pauses_us.append(Double(now_ns - last_ns) / 1_000)
        itemBytes = item.payload.count
        if ages_us.count == count { throw Enough() }
      }
      throw Incomplete(description: "The stream ended before its time: \(end).")
    } catch is Enough {}
    (self.ages_us, self.pauses_us, self.itemBytes) = (ages_us, pauses_us, itemBytes)
  }
}
