import Testing

@testable import HTTP2Session

/// What a client may not send, and what only looks like it.
@Suite("Frame guard")
struct FrameGuardTests {
  /// Reads frames in pieces; returns what is wrong with them.
  private func fault(in frames: [UInt8], pieces: Int = .max) -> HTTP2ErrorCode? {
    var reader = FrameGuard()
    var rest = (Frame.preface + Frame.emptySettings + frames)[...]
    do throws(FrameGuard.Fault) {
      while !rest.isEmpty {
        let piece = Array(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
        try read(piece, by: &reader)
      }
      return nil
    } catch {
      return error.code
    }
  }

  private func read(_ bytes: [UInt8], by reader: inout FrameGuard) throws(FrameGuard.Fault) {
    var fault: FrameGuard.Fault?
    bytes.withUnsafeBytes { bytes in
      do throws(FrameGuard.Fault) { try reader.read(bytes) } catch { fault = error }
    }
    if let fault { throw fault }
  }

  private static let request = Frame.headers(1, endsStream: true)
  private static let begun = Frame.headers(1, endsStream: false)

  @Test("Nothing but a priority, a window or a reset follows the end of a stream")
  func afterTheEnd() {
    #expect(fault(in: Self.request + Frame.headers(1, endsStream: true)) == .streamClosed)
    #expect(fault(in: Self.request + Frame.data(1, [1], endsStream: true)) == .streamClosed)
    #expect(
      fault(in: Self.begun + Frame.data(1, [], endsStream: true) + Frame.data(1, [1]))
        == .streamClosed)
    #expect(
      fault(
        in: Self.request + Frame.priority(1, dependsOn: 3) + Frame.window(1) + Frame.reset(1))
        == nil)
  }

  @Test("Nothing follows the reset of a stream")
  func afterReset() {
    #expect(fault(in: Self.begun + Frame.reset(1) + Frame.data(1, [1])) == .streamClosed)
    #expect(
      fault(in: Self.begun + Frame.reset(1) + Frame.headers(1, endsStream: true)) == .streamClosed)
  }

  @Test("A body and trailers are no fault")
  func trailers() {
    #expect(
      fault(in: Self.begun + Frame.data(1, [1]) + Frame.headers(1, endsStream: true)) == nil)
  }

  @Test("A stream that was left out cannot come later")
  func leftOut() {
    let fifth = Frame.headers(5, endsStream: true)
    #expect(fault(in: fifth + Frame.headers(3, endsStream: true)) == .protocolError)
    #expect(fault(in: fifth + Frame.headers(7, endsStream: true)) == nil)
  }

  @Test(
    "Many streams one after another are no fault, however their frames are cut", arguments: 1...30)
  func pieces(count: Int) {
    var calls: [UInt8] = []
    for call in 0..<200 {
      let stream = UInt32(2 * call + 1)
      calls += Frame.headers(stream, endsStream: false)
      calls += Frame.data(stream, Array(repeating: 0, count: call), endsStream: true)
    }
    #expect(fault(in: calls, pieces: count) == nil)
    #expect(fault(in: calls + Frame.data(399, [1]), pieces: count) == .streamClosed)
  }

  @Test("A priority names a stream, and another one than itself", arguments: [1, 13, .max])
  func priorities(pieces: Int) {
    #expect(fault(in: Frame.priority(0, dependsOn: 1), pieces: pieces) == .protocolError)
    #expect(fault(in: Frame.priority(3, dependsOn: 3), pieces: pieces) == .protocolError)
    let allowed = Frame.priority(3, dependsOn: 1) + Self.request
    #expect(fault(in: allowed, pieces: pieces) == nil)
    #expect(fault(in: allowed + Self.request, pieces: pieces) == .streamClosed, "It reads on.")
  }

  @Test("What comes for a stream that is over moves nothing on")
  func over() throws {
    var reader = FrameGuard()
    try read(Frame.preface + Self.begun, by: &reader)
    let body = Array(repeating: Frame.data(1, [1]), count: 2 * FrameGuard.idleFrameLimit)
      .flatMap(\.self)
    try read(body, by: &reader)
    reader.closed(1)
    let heads = Array(repeating: Frame.headers(1, endsStream: false), count: 1001).flatMap(\.self)
    for frames in [body, heads] {
      var copy = reader
      #expect(throws: FrameGuard.Fault.self) { try read(frames, by: &copy) }
    }
  }

  @Test(
    "Windows are opened for nothing a thousand times, or for what they were given, or later")
  func windows() throws {
    let many = Array(repeating: Frame.window(0), count: FrameGuard.windowFrameLimit).flatMap(\.self)
    #expect(fault(in: many) == nil)
    #expect(fault(in: many + Frame.window(1)) == .enhanceYourCalm)
    var reader = FrameGuard()
    try read(Frame.preface + many, by: &reader)
    reader.answered(100)
    try read(Frame.window(0) + Frame.window(1), by: &reader)
    var copy = reader
    #expect(throws: FrameGuard.Fault.self) { try read(Frame.window(1), by: &copy) }
    reader.answered(16_384)
    try read(Array(repeating: Frame.window(1), count: 10).flatMap(\.self), by: &reader)
    reader.forgive()
    // The windows for a body may come after others were forgiven.
    reader.answered(16_384)
    reader.forgive()
    try read(many + Array(repeating: Frame.window(1), count: 10).flatMap(\.self), by: &reader)
  }

  @Test("However much a client was given, it opens two thousand windows for it at most")
  func windowsLater() throws {
    var reader = FrameGuard()
    try read(Frame.preface, by: &reader)
    for _ in 0..<1_000 { reader.answered(16_384) }
    let most = 2 * FrameGuard.windowFrameLimit
    try read(Array(repeating: Frame.window(0), count: most).flatMap(\.self), by: &reader)
    #expect(throws: FrameGuard.Fault.self) { try read(Frame.window(0), by: &reader) }
  }

  @Test("A frame that has begun and not ended is known")
  func insideFrame() throws {
    var reader = FrameGuard()
    #expect(reader.isInsideFrame, "The greeting has not come.")
    try read(Frame.preface, by: &reader)
    #expect(!reader.isInsideFrame)
    try read(Array(Frame.ping[..<5]), by: &reader)
    #expect(reader.isInsideFrame)
    try read(Array(Frame.ping[5..<12]), by: &reader)
    #expect(reader.isInsideFrame)
    try read(Array(Frame.ping[12...]), by: &reader)
    #expect(!reader.isInsideFrame)
  }

  @Test("Frames that move nothing on are too many at a thousand and one, unless time forgives them")
  func idleFrames() throws {
    // The greeting's SETTINGS are one.
    for idle in [
      Frame.ping, Frame.emptySettings, Frame.data(1, []), Frame.priority(1, dependsOn: 3),
      Frame.goAway, Frame.padding(1),
    ] {
      let many = Array(repeating: idle, count: FrameGuard.idleFrameLimit - 1).flatMap(\.self)
      #expect(fault(in: Self.begun + many) == nil)
      #expect(fault(in: Self.begun + many + idle) == .enhanceYourCalm)
    }
    var reader = FrameGuard()
    try read(Frame.preface, by: &reader)
    for _ in 0..<10 {
      try read(Array(repeating: Frame.ping, count: 900).flatMap(\.self), by: &reader)
      reader.forgive()
    }
  }
}
