import Foundation
import NIOCore
import NIOPosix
import Testing

/// An attack that costs the attacker little: what it says first, and then again and again.
struct Flood: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var greeting = RawFrame.preface + RawFrame.emptySettings
  /// Whether it reads what the server answers.
  var reads = true
  /// What it says in its n-th turn; nil when it has said all and only waits.
  let turn: @Sendable (_ number: UInt32) -> [UInt8]?

  /// Opens streams and takes them back before they are answered.
  static let rapidReset = Flood(testDescription: "rapid reset") { turn in
    var bytes: [UInt8] = []
    for request in 0..<50 as Range<UInt32> {
      let stream: UInt32 = 2 * (50 * turn + request) + 1
      bytes += RawFrame.request(stream)
      bytes += RawFrame.cancel(stream)
    }
    return bytes
  }

  /// A header list without an end.
  static let continuations = Flood(testDescription: "CONTINUATION") { turn in
    (turn == 0 ? RawFrame.beginHeaders(1) : []) + RawFrame.continuation(1)
  }

  static let headerBomb = Flood(testDescription: "HPACK bomb") { turn in
    turn == 0 ? RawFrame.headerBomb(1) : nil
  }

  static let pings = Flood(testDescription: "PINGs whose answers nobody reads", reads: false) { _ in
    Array(repeating: RawFrame.ping, count: 1000).flatMap(\.self)
  }

  static let readPings = Flood(testDescription: "PINGs whose answers are read") { _ in
    Array(repeating: RawFrame.ping, count: 100).flatMap(\.self)
  }

  static let settings = Flood(testDescription: "SETTINGS", reads: false) { _ in
    Array(repeating: RawFrame.emptySettings, count: 1000).flatMap(\.self)
  }

  /// Asks for much and takes nothing.
  static let zeroWindow = Flood(
    testDescription: "zero window", greeting: RawFrame.preface + RawFrame.noWindow
  ) { turn in
    turn < 100 ? RawFrame.request(2 * turn + 1) : nil
  }

  /// Asks for much, takes nothing, and says a byte now and then of something else.
  static let dribbled = Flood(
    testDescription: "zero window with a byte now and then",
    greeting: RawFrame.preface + RawFrame.noWindow
  ) { turn in
    guard turn >= 100 else { return RawFrame.request(2 * turn + 1) }
    if turn == 100 { return RawFrame.openRequest(201) }
    Thread.sleep(forTimeInterval: 0.05)
    return RawFrame.data(201)
  }

  /// Lets the server reset each of its requests.
  static let faults = Flood(testDescription: "requests that the server must reset") { turn in
    var bytes: [UInt8] = []
    for request in 0..<50 as Range<UInt32> {
      bytes += RawFrame.faultyRequest(2 * (50 * turn + request) + 1)
    }
    return bytes
  }

  /// Opens more requests than it may, acknowledges nothing and reads nothing.
  static let refused = Flood(testDescription: "too many requests, unread", reads: false) { turn in
    var bytes: [UInt8] = []
    for request in 0..<500 as Range<UInt32> {
      bytes += RawFrame.openRequest(2 * (500 * turn + request) + 1)
    }
    return bytes
  }

  static let windows = Flood(testDescription: "WINDOW_UPDATE") { _ in
    Array(repeating: RawFrame.window(0), count: 500).flatMap(\.self)
  }

  static let goAways = Flood(testDescription: "GOAWAY with a request open") { turn in
    (turn == 0 ? RawFrame.openRequest(1) : [])
      + Array(repeating: RawFrame.goAway, count: 500).flatMap(\.self)
  }

  static let all = [
    rapidReset, continuations, headerBomb, pings, readPings, settings, zeroWindow, dribbled, faults,
    refused, windows, goAways,
  ]

  /// Attacks until the server ends the connection, for three seconds at most.
  ///
  /// - Returns: how long that took.
  func run(toPort port: Int) async throws -> Duration {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: reads)
      .connect(host: "127.0.0.1", port: port).get()
    let giveUp = channel.eventLoop.scheduleTask(in: .seconds(3)) { channel.close(promise: nil) }
    defer { giveUp.cancel() }
    let start = ContinuousClock.now
    var number: UInt32 = 0
    var next: [UInt8]? = greeting
    while let bytes = next, channel.isActive {
      // Fails when the server has ended the connection.
      do { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() } catch { break }
      next = turn(number)
      number += 1
    }
    // What waits unread hides the end from who does not look.
    if !reads { channel.close(promise: nil) }
    try await channel.closeFuture.get()
    return ContinuousClock.now - start
  }
}
