import ActorCluster
import Dispatch
import HTTP2Connection
import WireCodec

/// What is said on the stream of a benchmark: numbers, and when.
struct BenchReading: WireCodable, Equatable {
  /// On the clock that all processes of a machine share.
  var said_ns: UInt64
  var numbers: [Double]

  static var now_ns: UInt64 { DispatchTime.now().uptimeNanoseconds }

  init(_ numbers: [Double]) {
    said_ns = Self.now_ns
    self.numbers = numbers
  }

  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("said_ns", said_ns)
    writer.write("numbers", numbers)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    said_ns = try reader.read("said_ns", in: &fields)
    numbers = try reader.read("numbers", in: &fields)
    try reader.endMap(fields)
  }
}

/// Readings without end, as fast as its subscriber takes them; none is left out.
struct ReadingTopic: Sendable {
  static let name = "readings"
  /// Twice what a subscriber has on the way, so that it never waits for the next one to be made.
  private static let keptItems = 2 * Int(StreamFollower.usualCredit)

  private let topic: StreamTopic
  private let numbers: [Double]

  /// - Parameter count: how many numbers a reading has.
  init(numbers count: Int) {
    let start = ContinuousClock.now
    topic = StreamTopic(reign: .random(in: 1 ... .max), keeping: Self.keptItems) {
      ContinuousClock.now - start
    }
    numbers = (0..<count).map { 1 / Double($0 + 3) }
  }

  /// For the process that measures, and nobody else.
  var route: Router.Route {
    let caller = ProcessIdentity.uri(of: Answerer.caller, in: CallsBenchCommand.twin)
    return .at(
      StreamService.prefix + Self.name, method: "POST",
      StreamService(topic, for: { peer in peer.map { $0.uri == caller } ?? true }))
  }

  func publish() async {
    let publishing = Task(executorPreference: SharedLoop.executor) {
      while !Task.isCancelled {
        guard let bytes = try? BenchReading(numbers).encoded() else { return }
        await topic.publishInTurn(bytes)
      }
    }
    await withTaskCancellationHandler {
      await publishing.value
    } onCancel: {
      publishing.cancel()
    }
  }
}
