import CNghttp2

extension HTTP2Session {
  /// Queues a request (client).
  ///
  /// - Returns: its stream, or nil when the connection takes no further requests.
  package func submit(_ request: HTTP2Request) -> Int32? {
    let stream = submit(request.head, hasBody: !request.body.isEmpty)
    stream?.outgoing = request.body
    if stream != nil { requestBytes += request.body.count }
    return stream?.id
  }

  /// Whether the body of a request may wait beside those that wait already (client).
  package func hasRoom(for request: HTTP2Request) -> Bool {
    requestBytes == 0 || requestBytes + request.body.count <= limits.requestBytes
  }

  func submit(_ head: HTTP2RequestHead, hasBody: Bool) -> HTTP2Stream? {
    guard case .client(let scheme, let authority) = role, canSubmit else { return nil }
    headerBlock.removeAll()
    headerBlock.append(name: ":method", value: head.method)
    headerBlock.append(name: ":scheme", value: scheme)
    headerBlock.append(name: ":authority", value: authority)
    headerBlock.append(name: ":path", value: head.path)
    headerBlock.append(contentsOf: head.headers)
    let id = headerBlock.withFields { fields in
      busbar_submit_request(
        handle, fields.baseAddress, fields.count, hasBody ? SessionCallbacks.readBody : nil)
    }
    guard id > 0 else { return nil }
    let stream = HTTP2Stream(id: id)
    streams[StreamID(id)] = stream
    return stream
  }

  /// Queues the response to a request (server).
  ///
  /// Nothing happens when the stream is gone or has its response. When the body does not fit in
  /// `limits.bufferedBytes` the stream is reset instead.
  package func respond(_ response: HTTP2Response, to id: Int32) {
    precondition((200..<600).contains(response.status), "A response has a status of 200 to 599.")
    guard let stream = openStream(id), !stream.responseWasSubmitted else { return }
    stream.responseWasSubmitted = true
    // The request has been dealt with; from here on the response is what we hold.
    setBuffered(0, of: stream)
    guard bufferedBytes + response.body.count <= limits.bufferedBytes else {
      return end(stream, .tooLarge, code: .enhanceYourCalm)
    }
    setBuffered(response.body.count, of: stream)
    stream.outgoing = response.body

    submit(
      status: response.status, response.headers, of: stream, hasBody: !response.body.isEmpty)
  }

  func submit(status: Int, _ headers: HTTP2Headers, of stream: HTTP2Stream, hasBody: Bool) {
    headerBlock.removeAll()
    headerBlock.append(name: ":status", value: status == 200 ? "200" : String(status))
    headerBlock.append(contentsOf: headers)
    let status = headerBlock.withFields { fields in
      busbar_submit_response(
        handle, stream.id, fields.baseAddress, fields.count,
        hasBody ? SessionCallbacks.readBody : nil)
    }
    // The stream may be closing already; then its end follows anyway.
    if status < 0 { end(stream, .reset(.internalError), code: .internalError) }
  }

  /// Gives a stream up. The peer is told; `streamClosed` follows.
  package func reset(_ id: Int32, code: HTTP2ErrorCode) {
    guard let stream = openStream(id) else { return }
    end(stream, .reset(code), code: code)
  }

  /// Tells clients that the connection will end, while requests on their way are still taken
  /// (server). Wait about a round trip, then `refuseFurtherRequests`.
  package func announceShutdown() {
    check(nghttp2_submit_shutdown_notice(handle))
  }

  /// Tells the peer which request is the last; the session is finished when those are served.
  ///
  /// The number is fixed here, and requests may come until it is out: those are refused, as it tells.
  package func refuseFurtherRequests() {
    refusesFurther = true
    check(
      nghttp2_submit_goaway(
        handle, noFlags, nghttp2_session_get_last_proc_stream_id(handle),
        HTTP2ErrorCode.noError.rawValue, nil, 0))
  }

  /// Ends the connection as soon as this code is serialised, with whatever streams are open.
  package func terminate(code: HTTP2ErrorCode) {
    check(nghttp2_session_terminate_session(handle, code.rawValue))
  }

  /// Writes what waits to be sent, at most about `budget` bytes (a frame more is possible).
  ///
  /// - Returns: how many bytes were written; less than `budget` when there is no more for now.
  package func serialize(upTo budget: Int) throws(HTTP2SessionError) -> Int {
    precondition(!isBusy, "An event of the session must not serialise it.")
    isBusy = true
    defer { isBusy = false }
    writeBudget = budget
    while writeBudget > 0 {
      var bytes: UnsafePointer<UInt8>?
      let count = Int(busbar_send(handle, &bytes))
      guard count >= 0 else { throw failure(Int32(count)) }
      guard count > 0 else { break }
      put(UnsafeRawBufferPointer(start: bytes, count: count))
    }
    emptyOutbox()
    return budget - writeBudget
  }

  /// Gathers what is small, since most frames are.
  func put(_ bytes: UnsafeRawBufferPointer) {
    writeBudget -= bytes.count
    if bytes.count < Self.smallBytes {
      outbox.append(contentsOf: bytes)
    } else {
      emptyOutbox()
      write(bytes.bytes)
    }
  }

  private func emptyOutbox() {
    guard !outbox.isEmpty else { return }
    write(outbox.span.bytes)
    // Much is rare and would lie about in every connection.
    outbox.removeAll(keepingCapacity: outbox.count <= Self.keptBytes)
  }

  private static let smallBytes = 4 * 1024
  private static let keptBytes = 32 * 1024

  func end(_ stream: HTTP2Stream, _ end: HTTP2StreamEnd, code: HTTP2ErrorCode) {
    stream.end = stream.end ?? end
    stream.phase = .dropped
    stream.body = []
    check(nghttp2_submit_rst_stream(handle, noFlags, stream.id, code.rawValue))
  }

  /// Forgets what was, or need not be, sent.
  func dropOutgoing(of stream: HTTP2Stream) {
    if role != .server, !stream.isOpenEnded { requestBytes -= stream.outgoing.count }
    stream.outgoing = []
    stream.sentBytes = 0
  }

  func setBuffered(_ count: Int, of stream: HTTP2Stream) {
    bufferedBytes += count - stream.bufferedBytes
    stream.bufferedBytes = count
  }
}

// What nghttp2 asks for while it serialises.
extension HTTP2Session {
  /// What comes next of a body.
  enum BodyPart {
    case bytes(count: Int, isLast: Bool, trailersFollow: Bool)
    /// Nothing for now.
    case later
    /// The stream is gone.
    case none
  }

  /// Says how much of a body comes next; `sendBody` then writes it.
  func nextBodyPart(of id: Int32, upTo length: Int) -> BodyPart {
    guard let stream = openStream(id) else { return .none }
    let left = stream.outgoing.count - stream.sentBytes
    if stream.isOpenEnded { return nextOpenPart(of: stream, left: left, upTo: length) }
    return .bytes(count: min(length, left), isLast: left <= length, trailersFollow: false)
  }

  /// Writes one DATA frame; false when the budget is used up and it must be asked for again.
  func sendBody(of id: Int32, frameHead: UnsafeRawBufferPointer, count: Int) -> Bool {
    guard writeBudget > 0, let stream = openStream(id) else { return false }
    put(frameHead)
    stream.outgoing.withUnsafeBytes { body in
      put(UnsafeRawBufferPointer(rebasing: body[stream.sentBytes..<stream.sentBytes + count]))
    }
    stream.sentBytes += count
    sentBodyBytes += count
    frameGuard.answered(count)
    if stream.isOpenEnded {
      openPartWasSent(count, of: stream)
    } else if stream.isOutgoingComplete {
      dropOutgoing(of: stream)
      if stream.responseWasSubmitted { setBuffered(0, of: stream) }
    }
    return true
  }

  /// The peer is told that the connection ends, for a fault unless the code is 0.
  func goAwayWasSent(code: UInt32) {
    if code != 0 { violation = violation ?? lastComplaint ?? "The peer broke the protocol." }
  }

  /// A stream of the client's was reset: too many in a row for its faults end the connection.
  ///
  /// Those that we gave up, for want of room or because an answer was there, are not its fault.
  func resetWasSent(on id: Int32, code: UInt32) {
    let stream = openStream(id)
    guard code != HTTP2ErrorCode.noError.rawValue, code != HTTP2ErrorCode.refusedStream.rawValue,
      stream?.end == nil || stream!.isPeersFault
    else { return }
    resetsLeft -= 1
    guard role == .server, resetsLeft < 0, violation == nil else { return }
    violation = "Too many of its streams had to be reset."
    terminate(code: .enhanceYourCalm)
  }

  /// As many as nghttp2 allows a client by `busbar_set_flood_limits`.
  static let resetBurst = 1000.0
  static let resetsPerSecond = 33.0

  func headersWereSent(_ head: nghttp2_frame_hd) {
    guard let stream = openStream(head.stream_id) else { return }
    stream.headWasSent = true
    if hasEnd(head) { messageWasSent(stream) }
  }

  func dataWereSent(_ head: nghttp2_frame_hd) {
    if hasEnd(head), let stream = openStream(head.stream_id) { messageWasSent(stream) }
  }

  /// The answer may be out before the whole request came: then the client is asked to stop sending it.
  private func messageWasSent(_ stream: HTTP2Stream) {
    guard role == .server, stream.phase != .complete else { return }
    check(
      nghttp2_submit_rst_stream(handle, noFlags, stream.id, HTTP2ErrorCode.noError.rawValue))
  }

  /// A request that nghttp2 would not send, so it did not run.
  ///
  /// - Parameter reason: an nghttp2_error; a head above nghttp2's own 64 KiB is a frame size error,
  ///   anything else means that the connection takes no further requests.
  func requestWasNotSent(_ id: Int32, reason: Int32) {
    guard let stream = openStream(id), !stream.headWasSent else { return }
    close(stream, reason == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue ? .tooLarge : .refused)
  }
}
