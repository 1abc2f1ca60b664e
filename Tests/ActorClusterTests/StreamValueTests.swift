import Testing

@testable import ActorCluster

@Suite("Frames of a stream")
struct StreamFrameTests {
  private static let frames: [StreamFrame] = [
    .credit(7), .item(StreamItem(number: 1, age_ms: 250, payload: [1, 2, 3])), .gap(41), .quiet,
    .item(StreamItem(number: .max, age_ms: .max, payload: [])), .credit(.max),
  ]

  private static func bytes(_ frames: [StreamFrame]) -> [UInt8] {
    frames.reduce(into: []) { $1.append(to: &$0) }
  }

  private static func read(_ pieces: [[UInt8]], limit: Int = 100) throws -> [StreamFrame] {
    var reader = StreamFrameReader(limit: limit)
    var read: [StreamFrame] = []
    for piece in pieces {
      reader.append(piece)
      while let frame = try reader.next() { read.append(frame) }
    }
    return read
  }

  @Test("A frame is written as it is described")
  func layout() {
    #expect(Self.bytes([.credit(0x0102_0304)]) == [0, 0, 0, 4, 2, 1, 2, 3, 4])
    #expect(Self.bytes([.quiet]) == [0, 0, 0, 0, 4])
    #expect(Self.bytes([.gap(5)]) == [0, 0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 5])
    #expect(
      Self.bytes([.item(StreamItem(number: 2, age_ms: 3, payload: [9]))])
        == [0, 0, 0, 13, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 9])
  }

  @Test("Frames are read from pieces of any size", arguments: 1...70)
  func pieces(size: Int) throws {
    let bytes = Self.bytes(Self.frames)
    let pieces = stride(from: 0, to: bytes.count, by: size).map {
      Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    #expect(try Self.read(pieces) == Self.frames)
  }

  @Test("Too long a frame is refused by its head, before it has come")
  func tooLong() throws {
    #expect(try Self.read([[0, 0, 0, 100, 1]]) == [])
    #expect(throws: StreamFault.tooLong(101)) { try Self.read([[0, 0, 0, 101, 1]]) }
    #expect(throws: StreamFault.tooLong(Int(UInt32.max))) {
      try Self.read([[255, 255, 255, 255, 1]])
    }
  }

  @Test("What is no frame is refused")
  func nonsense() throws {
    #expect(throws: StreamFault.unknownKind(0)) { try Self.read([[0, 0, 0, 0, 0]]) }
    #expect(throws: StreamFault.unknownKind(5)) { try Self.read([[0, 0, 0, 0, 5]]) }
    #expect(throws: StreamFault.misshapen) { try Self.read([[0, 0, 0, 1, 4, 0]]) }
    #expect(throws: StreamFault.misshapen) { try Self.read([[0, 0, 0, 3, 2, 0, 0, 0]]) }
    #expect(throws: StreamFault.misshapen) {
      try Self.read([[0, 0, 0, 11, 1] + [UInt8](repeating: 0, count: 11)])
    }
    // A number that no counter reaches.
    #expect(throws: StreamFault.misshapen) {
      try Self.read([[0, 0, 0, 8, 3] + [UInt8](repeating: 255, count: 8)])
    }
  }
}

@Suite("A subscription to a shelf of four items")
struct SubscriptionTests {
  private static let plenty = 1_000_000

  private static func shelf(of count: Int) -> ItemShelf {
    var shelf = ItemShelf(limit: 4)
    for number in 0..<count { shelf.add([UInt8(number + 1)], at: .milliseconds(number)) }
    return shelf
  }

  private static func frames(_ bytes: [UInt8]) throws -> [StreamFrame] {
    var reader = StreamFrameReader()
    reader.append(bytes)
    var frames: [StreamFrame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  private static func item(_ number: Int64, at now: Int64) -> StreamFrame {
    .item(
      StreamItem(number: number, age_ms: UInt32(now - number + 1), payload: [UInt8(number)]))
  }

  @Test("A shelf keeps its last items, and no more")
  func shelf() {
    #expect(Self.shelf(of: 0).first == 1 && Self.shelf(of: 0).last == 0)
    #expect(Self.shelf(of: 4).first == 1 && Self.shelf(of: 4).last == 4)
    #expect(Self.shelf(of: 11).first == 8 && Self.shelf(of: 11).last == 11)
    for number in Int64(8)...11 {
      #expect(Self.shelf(of: 11).item(number, at: .zero).payload == [UInt8(number)])
    }
  }

  @Test("Who grants nothing gets nothing, not even news of a gap")
  func noCredit() {
    var subscription = Subscription(after: 0)
    let frames = subscription.take(
      from: Self.shelf(of: 200), at: .seconds(1), upTo: Self.plenty)
    #expect(frames == [])
    #expect(subscription.number == 0)
  }

  @Test("No more items come than were granted, in order and once")
  func credit() throws {
    var subscription = Subscription(after: 0)
    let shelf = Self.shelf(of: 4)
    func taken() throws -> [StreamFrame] {
      try Self.frames(
        subscription.take(from: shelf, at: .milliseconds(50), upTo: Self.plenty))
    }
    subscription.grant(1)
    #expect(try taken() == [Self.item(1, at: 50)])
    #expect(try taken() == [])
    subscription.grant(1)
    subscription.grant(9)
    #expect(try taken() == [2, 3, 4].map { Self.item($0, at: 50) })
    #expect(try taken() == [])
    #expect(subscription.credit == 7)
  }

  @Test("Who has heard nothing for a while hears that the publisher lives, once for each while")
  func signs() throws {
    var subscription = Subscription(after: 0)
    var shelf = Self.shelf(of: 1)
    func taken() throws -> [StreamFrame] {
      try Self.frames(subscription.take(from: shelf, at: .milliseconds(9), upTo: Self.plenty))
    }
    func owes() -> Bool { subscription.owesSign() }
    subscription.grant(5)
    #expect(try taken() == [Self.item(1, at: 9)])
    #expect(!owes(), "It has just heard something.")
    #expect(try taken() == [])
    #expect(owes())
    #expect(try taken() == [.quiet])
    #expect(try taken() == [])
    #expect(owes(), "A sign is no item.")
    #expect(try taken() == [.quiet])
    shelf = Self.shelf(of: 2)
    #expect(try taken() == [Self.item(2, at: 9)])
    #expect(!owes(), "An item is a sign, too.")
  }

  @Test(
    "Who grants nothing while items wait starves after a while; who has all, or grants, does not")
  func starving() {
    var subscription = Subscription(after: 0)
    func starves(at second: Int, last: Int64 = 4) -> Bool {
      subscription.isStarving(at: .seconds(second), last: last, longerThan: .seconds(60))
    }
    #expect(!starves(at: 0, last: 0))
    #expect(!starves(at: 100, last: 0), "Nothing was said.")
    #expect(!starves(at: 200))
    #expect(!starves(at: 259))
    subscription.grant(1)
    #expect(!starves(at: 261), "It has granted.")
    _ = subscription.take(from: Self.shelf(of: 4), at: .zero, upTo: Self.plenty)
    #expect(!starves(at: 262))
    #expect(!starves(at: 321))
    #expect(starves(at: 322))
  }

  @Test("A slow subscriber hears how much it missed, and then what is left")
  func gap() throws {
    var subscription = Subscription(after: 0)
    subscription.grant(1)
    _ = subscription.take(from: Self.shelf(of: 1), at: .zero, upTo: Self.plenty)
    subscription.grant(2)
    let late = subscription.take(
      from: Self.shelf(of: 11), at: .milliseconds(20), upTo: Self.plenty)
    #expect(try Self.frames(late) == [.gap(6), Self.item(8, at: 20), Self.item(9, at: 20)])
  }

  @Test("A subscription goes on behind the item that the subscriber has")
  func resumed() throws {
    var subscription = Subscription(after: 9)
    subscription.grant(5)
    let rest = subscription.take(
      from: Self.shelf(of: 11), at: .milliseconds(20), upTo: Self.plenty)
    #expect(try Self.frames(rest) == [Self.item(10, at: 20), Self.item(11, at: 20)])
  }

  @Test("A number that was never said or cannot be overflows nothing", arguments: [.min, -1, .max])
  func nonsense(number: Int64) throws {
    var subscription = Subscription(after: number)
    for _ in 0..<3 { subscription.grant(.max) }
    #expect(subscription.credit == Subscription.creditLimit)
    let frames = try Self.frames(
      subscription.take(from: Self.shelf(of: 5), at: .zero, upTo: Self.plenty))
    #expect(frames.count == (number < 0 ? 5 : 0))
    let next = try Self.frames(
      subscription.take(from: Self.shelf(of: 6), at: .milliseconds(9), upTo: Self.plenty))
    #expect(next == [Self.item(6, at: 9)], "It goes on where the publisher is.")
  }

  @Test("Much is taken in parts of about the size that was asked for")
  func parts() throws {
    var subscription = Subscription(after: 0)
    subscription.grant(10)
    let shelf = Self.shelf(of: 4)
    let part = subscription.take(from: shelf, at: .zero, upTo: 19)
    #expect(try Self.frames(part).count == 2)
    let rest = subscription.take(from: shelf, at: .zero, upTo: 19)
    #expect(try Self.frames(rest).count == 2)
  }
}
