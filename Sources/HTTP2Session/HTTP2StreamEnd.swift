/// How a stream came to its end.
package enum HTTP2StreamEnd: Equatable {
  /// Both sides sent all they had.
  case completed
  /// The peer did not and will not act on the request: REFUSED_STREAM, or a GOAWAY that excludes it.
  case refused
  /// One side gave up with this code.
  case reset(HTTP2ErrorCode)
  /// The peer's message passed one of our limits, so we gave up; or ours cannot be sent at all.
  case tooLarge
}
