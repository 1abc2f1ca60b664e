import CNghttp2

extension HTTP2Session {
  /// Takes bytes that the peer sent; events come out on the way.
  ///
  /// After an error the session is of no more use, except that `serialize` may still write a GOAWAY.
  package func receive(_ bytes: RawSpan) throws(HTTP2SessionError) {
    precondition(!isBusy, "An event of the session must not feed it.")
    isBusy = true
    defer { isBusy = false }
    if role == .server { try inspect(bytes) }
    let status = bytes.withUnsafeBytes { bytes in
      busbar_receive(handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
    if status < 0 { throw failure(Int32(status)) }
    guard role != .server || nghttp2_session_get_outbound_queue_size(handle) <= Self.largestQueue
    else {
      violation = violation ?? "It reads none of its answers."
      throw HTTP2SessionError(code: .enhanceYourCalm, message: violation!)
    }
  }

  /// So many frames beside bodies may wait for a client that does not read: far more than it can have
  /// requests, and below a megabyte.
  private static let largestQueue = 4096

  /// Forgives the client some of what costs us and moves nothing on.
  ///
  /// - Parameter seconds: since the last time; a few times a second.
  package func forgive(after seconds: Double) {
    frameGuard.forgive()
    resetsLeft = min(Self.resetBurst, resetsLeft + Self.resetsPerSecond * seconds)
  }

  private func inspect(_ bytes: RawSpan) throws(HTTP2SessionError) {
    do throws(FrameGuard.Fault) {
      try bytes.withUnsafeBytes { (bytes) throws(FrameGuard.Fault) in try frameGuard.read(bytes) }
    } catch {
      violation = violation ?? error.message
      throw HTTP2SessionError(code: error.code, message: error.message)
    }
  }

  func failure(_ status: Int32) -> HTTP2SessionError {
    let message = violation ?? lastComplaint ?? describe(status)
    violation = message
    let isFlood =
      status == NGHTTP2_ERR_FLOODED.rawValue || status == NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    return HTTP2SessionError(code: isFlood ? .enhanceYourCalm : .protocolError, message: message)
  }
}

// What nghttp2 reports while it takes bytes in.
extension HTTP2Session {
  /// False gives up the stream.
  func headersBegin(on id: Int32, opens: Bool) -> Bool {
    if role == .server, opens {
      let stream = HTTP2Stream(id: id)
      streams[StreamID(id)] = stream
      recentStream = stream
      headerStream = stream
      guard !refusesFurther, bufferedBytes < limits.bufferedBytes else {
        end(stream, .refused, code: .refusedStream)
        return false
      }
    } else {
      headerStream = openStream(id)
    }
    return true
  }

  /// False gives up the connection.
  func headerField(
    name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, on id: Int32
  ) -> Bool {
    guard let stream = headerStream, stream.id == id else { return true }
    stream.headerListBytes += name.count + value.count + HTTP2Session.fieldOverhead
    guard stream.headerListBytes <= limits.headerListBytes else {
      stream.isPeersFault = true
      if stream.end == nil { end(stream, .tooLarge, code: .enhanceYourCalm) }
      guard stream.headerListBytes > HTTP2Session.bombFactor * limits.headerListBytes else {
        return true
      }
      violation = "A header list unfolds to more than \(stream.headerListBytes) bytes."
      return false
    }
    // Trailers are counted and dropped, except where they tell how an open-ended body ended.
    guard stream.phase == .head || (stream.isOpenEnded && stream.phase == .body) else {
      return true
    }
    guard name.first == UInt8(ascii: ":") else {
      if stream.headers.count == 0 { stream.headers.reserveForCall() }
      stream.headers.append(name: name, value: value)
      return true
    }
    // nghttp2 lets only those through that there are, so two letters tell them apart.
    switch (name[1], name[2]) {
    case (UInt8(ascii: "m"), _): stream.method = String(decoding: value, as: UTF8.self)
    case (UInt8(ascii: "p"), UInt8(ascii: "a")):
      stream.path = String(decoding: value, as: UTF8.self)
    case (UInt8(ascii: "s"), UInt8(ascii: "t")):
      stream.status = Int(String(decoding: value, as: UTF8.self)) ?? 0
    default: break
    }
    return true
  }

  func bodyPart(_ bytes: UnsafeBufferPointer<UInt8>, on id: Int32) {
    guard let stream = openStream(id), stream.phase == .body else {
      return giveWindowBack(bytes.count, on: id)
    }
    receivedBodyBytes += bytes.count
    if stream.isOpenEnded { return openPart(bytes, of: stream) }
    giveWindowBack(bytes.count, on: id)
    guard stream.body.count + bytes.count <= limits.bodyBytes else { return bodyIsTooLarge(stream) }
    guard bufferedBytes + bytes.count <= limits.bufferedBytes else {
      switch role {
      case .server: end(stream, .refused, code: .refusedStream)
      case .client: end(stream, .tooLarge, code: .cancel)
      }
      return
    }
    stream.body.append(contentsOf: bytes)
    setBuffered(stream.body.count, of: stream)
  }

  func headersArrived(_ head: nghttp2_frame_hd) {
    headerStream = nil
    guard let stream = openStream(head.stream_id) else { return }
    if stream.phase == .head { headIsComplete(stream, hasBody: !hasEnd(head)) }
    if hasEnd(head) { messageIsComplete(stream) }
  }

  func dataArrived(_ head: nghttp2_frame_hd) {
    guard hasEnd(head), let stream = openStream(head.stream_id) else { return }
    messageIsComplete(stream)
  }

  func streamIsGone(_ id: Int32, code: UInt32) {
    guard let stream = openStream(id) else { return }
    switch HTTP2ErrorCode(rawValue: code) {
    case .noError: close(stream, .completed)
    case .refusedStream: close(stream, .refused)
    case let code: close(stream, .reset(code))
    }
  }

  func close(_ stream: HTTP2Stream, _ end: HTTP2StreamEnd) {
    setBuffered(0, of: stream)
    dropOutgoing(of: stream)
    openConnectionWindow(stream.withheldBytes, of: stream)
    frameGuard.closed(UInt32(stream.id))
    streams[StreamID(stream.id)] = nil
    recentStream = nil
    if headerStream === stream { headerStream = nil }
    delegate.streamClosed(stream.id, stream.end ?? end)
  }

  func hasEnd(_ head: nghttp2_frame_hd) -> Bool {
    UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
  }

  private func headIsComplete(_ stream: HTTP2Stream, hasBody: Bool) {
    guard role == .server else {
      guard stream.status >= 200 else { return stream.startHeadAgain() }
      stream.phase = .body
      if stream.isOpenEnded { openHeadIsComplete(stream) }
      return
    }
    var head = stream.requestHead
    head.hasBody = hasBody
    stream.phase = .body
    if let length = head.headers["content-length"].flatMap({ Int($0) }), length > limits.bodyBytes {
      bodyIsTooLarge(stream)
    } else if let refusal = delegate.admit(head, on: stream.id) {
      stream.phase = .dropped
      respond(refusal, to: stream.id)
    }
  }

  private func messageIsComplete(_ stream: HTTP2Stream) {
    let wasWanted = stream.phase == .body
    stream.phase = .complete
    guard wasWanted else { return }
    if stream.isOpenEnded { return openMessageIsComplete(stream) }
    let body = stream.body
    stream.body = []
    switch role {
    case .server:
      delegate.requestArrived(body, on: stream.id)
    case .client:
      setBuffered(0, of: stream)
      let response = HTTP2Response(status: stream.status, headers: stream.headers, body: body)
      delegate.responseArrived(response, on: stream.id)
      // The answer came before the request was out; the rest of it is not wanted.
      if !stream.isOutgoingComplete { end(stream, .completed, code: .noError) }
    }
  }

  private func bodyIsTooLarge(_ stream: HTTP2Stream) {
    guard role == .server else { return end(stream, .tooLarge, code: .cancel) }
    stream.phase = .dropped
    stream.body = []
    respond(HTTP2Response(status: HTTP2Session.contentTooLarge), to: stream.id)
  }

  /// How often a header list has to pass its limit until it is no mistake but an attack: a compressed
  /// entry repeated.
  private static let bombFactor = 4
  /// What RFC 9113 adds to the size of each field.
  private static let fieldOverhead = 32
  private static let contentTooLarge = 413
}
