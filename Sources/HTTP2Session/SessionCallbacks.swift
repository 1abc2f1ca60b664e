import CNghttp2

/// The C functions through which nghttp2 reaches its session: each finds the Swift object and hands on.
enum SessionCallbacks {
  /// Made once, never changed and never freed, hence safe to share.
  nonisolated(unsafe) static let table: OpaquePointer = {
    var table: OpaquePointer?
    guard nghttp2_session_callbacks_new(&table) == 0, let table else {
      fatalError("Out of memory for the callbacks of HTTP/2.")
    }
    setReceiving(table)
    setSending(table)
    return table
  }()

  /// Announces the next part of a body; `sendBody` then writes it without a copy in between.
  static let readBody: busbar_read_body = { _, id, _, length, flags, _, user in
    switch with(user, { $0.nextBodyPart(of: id, upTo: length) }) {
    case .none: return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    case .later: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    case .bytes(let count, let isLast, let trailersFollow):
      flags?.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
      if isLast { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
      if trailersFollow { flags?.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue }
      return count
    }
  }

  private static func setReceiving(_ table: OpaquePointer) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, user in
      let opens = frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      return with(user) { $0.headersBegin(on: head(frame).stream_id, opens: opens) }
        ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
    nghttp2_session_callbacks_set_on_header_callback(table) {
      _, frame, name, nameCount, value, valueCount, _, user in
      let goesOn = with(user) { session in
        session.headerField(
          name: UnsafeBufferPointer(start: name, count: nameCount),
          value: UnsafeBufferPointer(start: value, count: valueCount), on: head(frame).stream_id)
      }
      return goesOn ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) {
      _, _, id, bytes, count, user in
      with(user) { $0.bodyPart(UnsafeBufferPointer(start: bytes, count: count), on: id) }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, user in
      let head = head(frame)
      switch UInt32(head.type) {
      case NGHTTP2_HEADERS.rawValue: with(user) { $0.headersArrived(head) }
      case NGHTTP2_DATA.rawValue: with(user) { $0.dataArrived(head) }
      case NGHTTP2_SETTINGS.rawValue where UInt32(head.flags) & NGHTTP2_FLAG_ACK.rawValue != 0:
        with(user) { $0.isAcquainted = true }
      case NGHTTP2_GOAWAY.rawValue:
        let goAway = frame!.pointee.goaway
        with(user) {
          $0.delegate.peerSaidGoAway(
            lastStream: goAway.last_stream_id, code: HTTP2ErrorCode(rawValue: goAway.error_code))
        }
      default: break
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, id, code, user in
      with(user) { $0.streamIsGone(id, code: code) }
      return 0
    }
    nghttp2_session_callbacks_set_error_callback2(table) { _, _, message, count, user in
      let message = UnsafeRawBufferPointer(start: message, count: count)
      with(user) { $0.lastComplaint = String(decoding: message, as: UTF8.self) }
      return 0
    }
  }

  private static func setSending(_ table: OpaquePointer) {
    nghttp2_session_callbacks_set_send_data_callback(table) {
      _, frame, frameHead, length, _, user in
      let wasSent = with(user) {
        $0.sendBody(
          of: head(frame).stream_id,
          frameHead: UnsafeRawBufferPointer(start: frameHead, count: frameHeadBytes), count: length)
      }
      return wasSent ? 0 : NGHTTP2_ERR_WOULDBLOCK.rawValue
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, user in
      let head = head(frame)
      switch UInt32(head.type) {
      case NGHTTP2_HEADERS.rawValue: with(user) { $0.headersWereSent(head) }
      case NGHTTP2_DATA.rawValue: with(user) { $0.dataWereSent(head) }
      case NGHTTP2_RST_STREAM.rawValue:
        let code = frame!.pointee.rst_stream.error_code
        with(user) { $0.resetWasSent(on: head.stream_id, code: code) }
      case NGHTTP2_GOAWAY.rawValue:
        let code = frame!.pointee.goaway.error_code
        with(user) { $0.goAwayWasSent(code: code) }
      default: break
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_not_send_callback(table) { _, frame, reason, user in
      let head = head(frame)
      if UInt32(head.type) == NGHTTP2_HEADERS.rawValue {
        with(user) { $0.requestWasNotSent(head.stream_id, reason: reason) }
      }
      return 0
    }
  }
}

// C function pointers capture nothing, not even a type, so these stand alone.

/// Every frame starts with nine bytes: length, type, flags and stream.
private let frameHeadBytes = 9

/// Calls `body` with the session, which lives at least as long as the call of nghttp2 that led here.
@inline(__always)
private func with<Result>(
  _ user: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> Result
) -> Result {
  Unmanaged<HTTP2Session>.fromOpaque(user!)._withUnsafeGuaranteedRef(body)
}

/// What all kinds of frames begin with; the rest of the union stays where it is.
@inline(__always)
private func head(_ frame: UnsafePointer<nghttp2_frame>?) -> nghttp2_frame_hd {
  UnsafeRawPointer(frame!).load(as: nghttp2_frame_hd.self)
}
