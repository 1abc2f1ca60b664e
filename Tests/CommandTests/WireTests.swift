import Foundation
import Testing

extension CommandTests {
  @Suite("What a node says to its coordinator")
  struct WireTests {
    @Test("is HTTP/2 with a message in CBOR")
    func framesAndBody() async throws {
      let coordinator = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0", "--wait", "20")
      let relay = try Relay(to: try await coordinator.address())
      defer { relay.close() }
      let node = try RunningCommand(
        "node", "--plaintext", "--name", "north", "--twin", "cigre-mv", "--coordinator",
        relay.address)
      // It ends with its last reference.
      defer { withExtendedLifetime(node) {} }
      var heard: [WireFrame] = []
      try await eventually("a message", within: .seconds(10)) {
        heard = WireFrame.all(in: relay.heard.dropFirst(WireFrame.preface.utf8.count))
        return heard.contains { $0.kind == .data && !$0.payload.isEmpty }
      }
      #expect(relay.heard.starts(with: WireFrame.preface.utf8))

      let settings = try #require(heard.first)
      #expect(settings.kind == .settings)
      #expect(settings.stream == 0)
      #expect(settings.payload.count % 6 == 0)

      let headers = try #require(heard.first { $0.kind == .headers })
      #expect(headers.stream % 2 == 1)
      #expect(headers.flags & WireFrame.endHeaders != 0)

      let data = try #require(heard.first { $0.kind == .data })
      #expect(data.stream == headers.stream)
      // An array of up to 27 elements, with its length in or after the first byte.
      #expect((0x80...0x9b).contains(try #require(data.payload.first)))
      #expect(data.payload.contains("north".utf8))

      coordinator.signal(SIGINT)
      #expect(try await coordinator.end(within: .seconds(5)).status == 130)
    }
  }
}

/// One frame of HTTP/2 as it stands on the wire: RFC 9113, section 4.1.
struct WireFrame {
  enum Kind: UInt8 { case data, headers, priority, reset, settings }

  static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
  static let endHeaders: UInt8 = 0x4

  var kind: Kind?
  var flags: UInt8
  var stream: UInt32
  var payload: [UInt8]

  /// The whole frames at the start of some bytes.
  static func all(in bytes: some Sequence<UInt8>) -> [WireFrame] {
    var rest = Array(bytes)[...]
    var frames: [WireFrame] = []
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let length = head[0..<3].reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 9 + length else { break }
      frames.append(
        WireFrame(
          kind: Kind(rawValue: head[3]), flags: head[4],
          stream: head[5..<9].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff,
          payload: Array(rest.dropFirst(9).prefix(length))))
      rest = rest.dropFirst(9 + length)
    }
    return frames
  }
}
