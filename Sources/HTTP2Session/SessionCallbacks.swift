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
    guard let part = session(user).nextBodyPart(of: id, upTo: length) else {
      return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    flags?.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
    if part.isLast { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
    return part.count
  }

  private static func setReceiving(_ table: OpaquePointer) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, user in
      session(user).headersBegin(frame!.pointee)
        ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
    nghttp2_session_callbacks_set_on_header_callback(table) {
      _, frame, name, nameCount, value, valueCount, _, user in
      session(user).headerField(
        name: UnsafeBufferPointer(start: name, count: nameCount),
        value: UnsafeBufferPointer(start: value, count: valueCount),
        on: frame!.pointee.hd.stream_id) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) {
      _, _, id, bytes, count, user in
      session(user).bodyPart(UnsafeBufferPointer(start: bytes, count: count), on: id)
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, user in
      session(user).frameArrived(frame!.pointee)
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, id, code, user in
      session(user).streamIsGone(id, code: code)
      return 0
    }
    nghttp2_session_callbacks_set_error_callback2(table) { _, _, message, count, user in
      let message = UnsafeRawBufferPointer(start: message, count: count)
      session(user).lastComplaint = String(decoding: message, as: UTF8.self)
      return 0
    }
  }

  private static func setSending(_ table: OpaquePointer) {
    nghttp2_session_callbacks_set_send_data_callback(table) {
      _, frame, frameHead, length, _, user in
      let wasSent = session(user).sendBody(
        of: frame!.pointee.hd.stream_id,
        frameHead: UnsafeRawBufferPointer(start: frameHead, count: frameHeadBytes), count: length)
      return wasSent ? 0 : NGHTTP2_ERR_WOULDBLOCK.rawValue
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, user in
      session(user).frameWasSent(frame!.pointee)
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_not_send_callback(table) { _, frame, reason, user in
      let frame = frame!.pointee
      if UInt32(frame.hd.type) == NGHTTP2_HEADERS.rawValue {
        session(user).requestWasNotSent(frame.hd.stream_id, reason: reason)
      }
      return 0
    }
  }
}

// C function pointers capture nothing, not even a type, so these stand alone.

/// Every frame starts with nine bytes: length, type, flags and stream.
private let frameHeadBytes = 9

private func session(_ user: UnsafeMutableRawPointer?) -> HTTP2Session {
  Unmanaged<HTTP2Session>.fromOpaque(user!).takeUnretainedValue()
}
