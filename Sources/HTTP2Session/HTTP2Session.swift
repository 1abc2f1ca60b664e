import CNghttp2

/// One side of an HTTP/2 connection without its socket: bytes go in and out, events come out.
///
/// It owns one `nghttp2_session` and keeps the rules that nghttp2 leaves to its user: the limits of
/// `HTTP2Limits`. It knows no clock and no concurrency; it is confined to whoever made it, for us an
/// event loop. Swift owns all state; nghttp2 borrows the session's address and nothing else, so
/// nothing leaks however the session ends.
///
/// Events come back into a session that is in the middle of `receive` or `serialize`, by way of C, and what
/// they touch was not being changed there. The checks for that would take a fifth of the time of a small
/// request, so the properties that every frame touches go without.
///
/// The order of use: `receive` what came, let the delegate act, then `serialize` until it writes no
/// more. When `isFinished`, close the connection.
package final class HTTP2Session {
  /// Which side of the connection this is.
  package enum Role: Equatable {
    /// Sends requests to an authority such as `127.0.0.1:4242` over a scheme such as `http`.
    case client(scheme: String, authority: String)
    case server
  }

  /// The window of a connection and of each stream in bytes: how much a peer may send before it
  /// hears from us. As large as a body may be by default, so one body needs no round trip.
  static let windowBytes: Int32 = 1024 * 1024

  let role: Role
  let limits: HTTP2Limits
  /// Outlives the session's use, as whoever makes the session promises.
  unowned(unsafe) let delegate: any HTTP2SessionDelegate
  let handle: OpaquePointer

  /// Every open stream, and every request that still waits to be serialised.
  @exclusivity(unchecked) var streams: [StreamID: HTTP2Stream] = [:]
  /// The stream that was last asked for: events come in runs for one stream. Nil or one of `streams`.
  @exclusivity(unchecked) var recentStream: HTTP2Stream?
  /// The stream whose header fields are arriving.
  @exclusivity(unchecked) var headerStream: HTTP2Stream?
  /// The fields of the head that is being submitted; kept, so that its memory serves the next one.
  @exclusivity(unchecked) var headerBlock = HTTP2Headers()
  /// Judges a client's frames (server).
  @exclusivity(unchecked) var frameGuard = FrameGuard()

  /// Bodies held for this connection in bytes; the sum over `streams`.
  @exclusivity(unchecked) package internal(set) var bufferedBytes = 0
  /// Bodies of requests that are not out yet in bytes (client).
  @exclusivity(unchecked) var requestBytes = 0
  /// The last request was named to the client (server).
  @exclusivity(unchecked) var refusesFurther = false
  /// What came of open-ended bodies and keeps the connection's window shut in bytes; the sum over `streams`.
  @exclusivity(unchecked) var withheldBytes = 0
  /// Body bytes that went out since the session was made.
  @exclusivity(unchecked) package internal(set) var sentBodyBytes = 0
  /// Those that came and were wanted.
  @exclusivity(unchecked) package internal(set) var receivedBodyBytes = 0
  /// True when the peer has acknowledged our SETTINGS: it speaks HTTP/2, and reads.
  package internal(set) var isAcquainted = false
  /// How many more streams may be reset for the client's faults; grows with time.
  @exclusivity(unchecked) var resetsLeft = HTTP2Session.resetBurst
  /// Why the connection is ending, when a side broke a rule.
  package internal(set) var violation: String?
  /// What nghttp2 last said about a fault.
  var lastComplaint: String?

  /// Takes serialised bytes; the span is valid during the call.
  let write: (RawSpan) -> Void
  /// Small frames on their way to `write`.
  @exclusivity(unchecked) var outbox: [UInt8] = []
  /// How many more bytes the running `serialize` may write.
  @exclusivity(unchecked) var writeBudget = 0
  /// True inside `receive` and `serialize`, which must not be entered again from an event.
  @exclusivity(unchecked) var isBusy = false

  /// Makes a session and queues its SETTINGS.
  ///
  /// - Parameters:
  ///   - delegate: hears of events; it must outlive the session's use.
  ///   - write: appends bytes to what goes to the peer.
  package init(
    _ role: Role, limits: HTTP2Limits, delegate: any HTTP2SessionDelegate,
    write: @escaping (RawSpan) -> Void
  ) {
    self.role = role
    self.limits = limits
    self.delegate = delegate
    self.write = write

    var option: OpaquePointer?
    nghttp2_option_new(&option)
    busbar_set_flood_limits(option)
    // An open-ended body's window opens as the body is taken, not as it comes.
    nghttp2_option_set_no_auto_window_update(option, 1)
    defer { nghttp2_option_del(option) }

    // The address of `self` is not known before all properties are set, so it follows below.
    var handle: OpaquePointer?
    let status =
      role == .server
      ? nghttp2_session_server_new2(&handle, SessionCallbacks.table, nil, option)
      : nghttp2_session_client_new2(&handle, SessionCallbacks.table, nil, option)
    guard status == 0, let handle else { fatalError("Out of memory for an HTTP/2 session.") }
    self.handle = handle
    nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque())
    submitSettings()
  }

  deinit { nghttp2_session_del(handle) }

  /// How many streams are open or wait to be.
  package var openStreamCount: Int { streams.count }

  /// True when nothing more will be read or written: close the connection.
  package var isFinished: Bool {
    nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0
  }

  /// True while the peer takes requests and stream ids are left (client).
  package var canSubmit: Bool { nghttp2_session_check_request_allowed(handle) != 0 }

  /// The stream with this number, if it is open.
  func openStream(_ id: Int32) -> HTTP2Stream? {
    if let recentStream, recentStream.id == id { return recentStream }
    recentStream = streams[StreamID(id)]
    return recentStream
  }

  /// True while something is on its way out. A response that is not ready does not count, nor does a
  /// stream on which there is nothing to say.
  package var hasUnsentBody: Bool { streams.values.contains { !$0.isOutgoingComplete } }

  /// True while the client is in the middle of something that it says and may go on with: a frame, or a
  /// request. Nobody can send a body while we hold the connection's window back.
  package var isBeingTold: Bool {
    guard withheldBytes == 0 else { return false }
    return frameGuard.isInsideFrame
      || streams.values.contains {
        !$0.isOpenEnded && ($0.phase == .body || $0.phase == .head)
      }
  }

  /// True when the peer may have acted on the request of this stream.
  package func mayHaveRun(_ stream: Int32) -> Bool {
    streams[StreamID(stream)]?.headWasSent ?? true
  }

  private func submitSettings() {
    var settings = [
      entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, UInt32(Self.windowBytes)),
      entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(limits.headerListBytes)),
      // Bodies then go out one after another instead of interleaved: a receiver holds few
      // half-finished ones.
      entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
    ]
    switch role {
    case .server:
      settings.append(
        entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, UInt32(limits.concurrentStreams)))
    case .client:
      settings.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
    }
    check(nghttp2_submit_settings(handle, noFlags, settings, settings.count))
    check(nghttp2_session_set_local_window_size(handle, noFlags, 0, Self.windowBytes))
  }

  private func entry(_ id: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
    nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: value)
  }

  /// Traps when a call failed that can only fail for want of memory or by our own mistake.
  func check(_ status: Int32) {
    precondition(status >= 0, "nghttp2: \(describe(status))")
  }

  func describe(_ status: Int32) -> String { String(cString: nghttp2_strerror(status)) }
}

let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
