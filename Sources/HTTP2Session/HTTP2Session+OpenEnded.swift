import CNghttp2

// Streams whose bodies are open-ended: both sides add to theirs as things happen, until one says how it
// ended, in trailers.
//
// What came and nobody took keeps the window of its stream shut, and no other: the connection's opens at
// once, so that whoever reads one stream slowly delays no call beside it. Only when so much waits that
// another window of it would pass `limits.bufferedBytes` is the connection's held back, too.
extension HTTP2Session {
  /// Queues a request with an open-ended body and an open-ended response (client).
  ///
  /// - Returns: its stream, or nil when the connection takes no further requests.
  package func openRequest(_ head: HTTP2RequestHead) -> Int32? {
    let stream = submit(head, hasBody: true)
    stream?.isOpenEnded = true
    return stream?.id
  }

  /// Begins an open-ended response with status 200 to a request that `admit` is asked about, whose body
  /// is then open-ended, too (server).
  package func openResponse(_ headers: HTTP2Headers, to id: Int32) {
    guard let stream = openStream(id), !stream.responseWasSubmitted else { return }
    stream.responseWasSubmitted = true
    stream.isOpenEnded = true
    // What comes here from now on are trailers.
    stream.headers = HTTP2Headers()
    submit(status: 200, headers, of: stream, hasBody: true)
  }

  /// Adds to an open-ended body. The caller bounds how much waits (`partsWereSent`); beyond
  /// `limits.bufferedBytes` for the connection the stream is reset.
  package func add(_ part: [UInt8], to id: Int32) {
    guard let stream = openStream(id), stream.isOpenEnded, stream.trailers == nil, stream.end == nil
    else { return }
    guard bufferedBytes + part.count <= limits.bufferedBytes else {
      return end(stream, .tooLarge, code: .enhanceYourCalm)
    }
    stream.outgoing.append(contentsOf: part)
    countOpen(stream)
    resume(stream)
  }

  /// Ends an open-ended body when all that was added is out.
  package func finish(_ id: Int32, trailers: HTTP2Headers = [:]) {
    guard let stream = openStream(id), stream.isOpenEnded, stream.trailers == nil else { return }
    stream.trailers = trailers
    resume(stream)
  }

  /// Lets the peer send as much again as was taken of what came.
  package func take(_ count: Int, of id: Int32) {
    guard let stream = openStream(id) else { return }
    stream.untakenBytes -= count
    countOpen(stream)
    openConnectionWindow(min(count, stream.withheldBytes), of: stream)
    check(nghttp2_session_consume_stream(handle, id, count))
  }

  private func resume(_ stream: HTTP2Stream) {
    // It fails when the stream waits for nothing of ours, and then goes on by itself.
    _ = nghttp2_session_resume_data(handle, stream.id)
  }

  private func countOpen(_ stream: HTTP2Stream) {
    setBuffered(stream.untakenBytes + stream.outgoing.count - stream.sentBytes, of: stream)
  }

  // MARK: What arrives

  func giveWindowBack(_ count: Int, on id: Int32) {
    check(nghttp2_session_consume(handle, id, count))
  }

  /// Lets the peer send as much more on any stream.
  func openConnectionWindow(_ count: Int, of stream: HTTP2Stream) {
    guard count > 0 else { return }
    stream.withheldBytes -= count
    withheldBytes -= count
    check(nghttp2_session_consume_connection(handle, count))
  }

  func openHeadIsComplete(_ stream: HTTP2Stream) {
    let head = HTTP2Response(status: stream.status, headers: stream.headers)
    stream.headers = HTTP2Headers()
    delegate.headArrived(head, on: stream.id)
  }

  func openPart(_ bytes: UnsafeBufferPointer<UInt8>, of stream: HTTP2Stream) {
    let fits = bufferedBytes + bytes.count + Int(Self.windowBytes) <= limits.bufferedBytes
    if fits {
      check(nghttp2_session_consume_connection(handle, bytes.count))
    } else {
      stream.withheldBytes += bytes.count
      withheldBytes += bytes.count
    }
    guard bufferedBytes + bytes.count <= limits.bufferedBytes else {
      return end(stream, .tooLarge, code: .enhanceYourCalm)
    }
    stream.untakenBytes += bytes.count
    countOpen(stream)
    delegate.partArrived(Array(bytes), on: stream.id)
  }

  func openMessageIsComplete(_ stream: HTTP2Stream) {
    delegate.partsEnded(trailers: stream.headers, on: stream.id)
    // The server has said all; what this side would still say is not wanted.
    if role != .server, stream.trailers == nil { end(stream, .completed, code: .noError) }
  }

  // MARK: What goes out

  func nextOpenPart(of stream: HTTP2Stream, left: Int, upTo length: Int) -> BodyPart {
    guard let trailers = stream.trailers, left <= length else {
      return left == 0
        ? .later : .bytes(count: min(length, left), isLast: false, trailersFollow: false)
    }
    guard trailers.count > 0 else {
      return .bytes(count: left, isLast: true, trailersFollow: false)
    }
    let status = trailers.withFields { fields in
      nghttp2_submit_trailer(handle, stream.id, fields.baseAddress, fields.count)
    }
    check(status)
    return .bytes(count: left, isLast: true, trailersFollow: true)
  }

  func openPartWasSent(_ count: Int, of stream: HTTP2Stream) {
    if stream.isOutgoingComplete || stream.sentBytes > Self.sentBytesKept {
      stream.outgoing.removeFirst(stream.sentBytes)
      stream.sentBytes = 0
    }
    countOpen(stream)
    delegate.partsWereSent(count, on: stream.id)
  }

  /// How much of a body that never pauses is kept after it was sent: moving the rest costs as much.
  private static let sentBytesKept = 64 * 1024
}
