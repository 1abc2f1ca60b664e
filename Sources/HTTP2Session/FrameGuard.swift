/// Reads the heads of the frames that a client sends, and finds what nghttp2 lets pass.
///
/// nghttp2 forgets a stream that is closed and ignores what still comes for it, since a client may not
/// have heard that the *server* ended it. What the client ended itself it cannot have missed: such
/// frames are faults. Nor does nghttp2 look at priorities, which we turn off, or ask what a run of PINGs
/// is good for.
///
/// A value: bytes go in, a fault comes out.
struct FrameGuard {
  /// What a client did that ends its connection.
  struct Fault: Error, Equatable {
    let code: HTTP2ErrorCode
    let message: String
  }

  /// Frames that move nothing on and are forgiven by time only: PING, SETTINGS, PRIORITY, GOAWAY, empty
  /// DATA, what comes for a stream that is over, and what nobody knows. A client at work sends a few a
  /// second.
  static let idleFrameLimit = 1000

  /// WINDOW_UPDATE frames beyond those that our bodies deserve: one for each frame and its window, and one
  /// for each two kilobytes, since some clients open a window for every four that they read.
  static let windowFrameLimit = 1000
  private static let bytesForWindow = 2048

  /// What the client said before its first frame.
  private static let prefaceBytes = 24
  private static let headBytes = 9
  /// A head and, of a PRIORITY frame, the stream on which it depends.
  private static let priorityHeadBytes = 13
  /// How many of the client's ended streams are remembered; frames for older ones are ignored, as
  /// nghttp2 does. A power of two.
  private static let memory: UInt32 = 64

  /// Bytes before the next head.
  private var bytesToSkip = Self.prefaceBytes
  /// The beginning of a head whose rest is still on its way.
  private var beginning: [UInt8] = []

  /// The latest stream that the client opened, and those that it left out before it.
  private var latest: UInt32 = 0
  private var leftOut: Range<UInt32> = 0..<0
  /// Streams that the client ended, each in the place that its number gives it.
  private var ended: [UInt32] = Array(repeating: 0, count: Int(Self.memory))
  /// Streams that are over, in the same way; the client may not have heard of it.
  private var over: [UInt32] = Array(repeating: 0, count: Int(Self.memory))
  private var idleFrames = 0
  private var windowFrames = 0

  init() { beginning.reserveCapacity(Self.priorityHeadBytes) }

  /// Forgives the frames that moved nothing on; called every now and then.
  mutating func forgive() { (idleFrames, windowFrames) = (0, min(0, windowFrames)) }

  /// A frame of a body went out, for which the client opens its windows again, soon or later.
  mutating func answered(_ bytes: Int) {
    windowFrames = max(-Self.windowFrameLimit, windowFrames - 2 - bytes / Self.bytesForWindow)
  }

  /// A stream is over, whoever ended it.
  mutating func closed(_ stream: UInt32) { over[place(of: stream)] = stream }

  /// True while the greeting or a frame has begun and not ended.
  var isInsideFrame: Bool { bytesToSkip > 0 || !beginning.isEmpty }

  /// Reads on, in pieces of any size.
  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      if bytesToSkip > 0 {
        let count = min(bytesToSkip, bytes.count)
        bytes = bytes.dropFirst(count)
        bytesToSkip -= count
      } else if beginning.isEmpty, bytes.count >= Self.priorityHeadBytes {
        try judge(UnsafeRawBufferPointer(rebasing: bytes))
        bytes = bytes.dropFirst(Self.headBytes)
      } else {
        beginning.append(bytes.removeFirst())
        try judgeIfComplete()
      }
    }
  }

  private mutating func judgeIfComplete() throws(Fault) {
    guard beginning.count >= Self.headBytes else { return }
    let hasMore = beginning[3] == FrameType.priority.rawValue && beginning[2] == 5
    guard beginning.count == (hasMore ? Self.priorityHeadBytes : Self.headBytes) else { return }
    let head = beginning
    beginning.removeAll(keepingCapacity: true)
    var fault: Fault?
    head.withUnsafeBytes { head in
      do throws(Fault) { try judge(head) } catch { fault = error }
    }
    if let fault { throw fault }
    bytesToSkip -= head.count - Self.headBytes
  }

  private enum FrameType: UInt8 {
    case data = 0
    case headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  private static let endStream: UInt8 = 1
  private static let padded: UInt8 = 8
  /// The length of the padding and the padding: it may be all there is.
  private static let largestPadding = 256

  /// Judges a frame by its head, which has at least nine bytes.
  private mutating func judge(_ head: UnsafeRawBufferPointer) throws(Fault) {
    let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
    let endsStream = head[4] & Self.endStream != 0
    let stream = Self.number(head, at: 5)
    bytesToSkip = length
    switch FrameType(rawValue: head[3]) {
    case .headers:
      try open(stream)
      if endsStream { end(stream) } else if isOver(stream) { try countIdleFrame() }
    case .data:
      try mustNotHaveEnded(stream)
      let movesOn = length > (head[4] & Self.padded != 0 ? Self.largestPadding : 0)
      if endsStream { end(stream) } else if !movesOn || isOver(stream) { try countIdleFrame() }
    case .reset: end(stream)
    case .priority:
      if stream == 0 || (length == 5 && Self.number(head, at: 9) == stream) {
        throw Fault(
          code: .protocolError, message: "A priority names no stream or depends on itself.")
      }
      try countIdleFrame()
    case .continuation, .pushPromise: break
    case .windowUpdate: try countWindowFrame()
    case .ping, .settings, .goAway, nil: try countIdleFrame()
    }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) & 0x7fff_ffff
  }

  private mutating func open(_ stream: UInt32) throws(Fault) {
    guard stream > latest else {
      guard !leftOut.contains(stream) else {
        throw Fault(
          code: .protocolError, message: "Stream \(stream) comes after stream \(latest).")
      }
      return try mustNotHaveEnded(stream)
    }
    if stream > latest + 2 { leftOut = latest + 1..<stream }
    latest = stream
  }

  private func mustNotHaveEnded(_ stream: UInt32) throws(Fault) {
    guard stream != 0, ended[place(of: stream)] == stream else { return }
    throw Fault(code: .streamClosed, message: "A frame came for stream \(stream) after its end.")
  }

  private mutating func end(_ stream: UInt32) { ended[place(of: stream)] = stream }

  private func isOver(_ stream: UInt32) -> Bool { over[place(of: stream)] == stream }

  /// A client's streams have odd numbers.
  private func place(of stream: UInt32) -> Int { Int((stream >> 1) & (Self.memory - 1)) }

  private mutating func countWindowFrame() throws(Fault) {
    windowFrames += 1
    guard windowFrames <= Self.windowFrameLimit else {
      throw Fault(code: .enhanceYourCalm, message: "Too many windows are opened for nothing.")
    }
  }

  private mutating func countIdleFrame() throws(Fault) {
    idleFrames += 1
    guard idleFrames <= Self.idleFrameLimit else {
      throw Fault(code: .enhanceYourCalm, message: "Too many frames move nothing on.")
    }
  }
}
