import HTTP2Session

/// Why a call brought no response. The cases differ in what a caller may do next.
public enum HTTP2Error: Error, Sendable, Equatable {
  /// The peer did not and will not run the request; it may be sent again, elsewhere or later.
  case refused
  /// The peer gave the call up with this code. The request may have run.
  case reset(HTTP2ErrorCode)
  /// The connection ended before the response came. Unless `mayHaveRun`, the request never left.
  case connectionLost(mayHaveRun: Bool)
  /// The calling task was cancelled; the peer was told. The request may have run.
  case cancelled
  /// The response passed a limit of ours, so the request ran; or the request's head is above 64 KiB,
  /// so it did not. Sending it again brings the same.
  case tooLarge
  /// More calls, or larger ones, are under way on the connection than `HTTP2Limits` lets wait: send it
  /// later. The request did not run.
  case busy
  /// The peer broke HTTP/2, so the connection was ended. The request may have run.
  case protocolViolation(String)
  /// No connection was made; the sentence says to where and why.
  case cannotConnect(String)

  /// What that sentence says when the other end does not take this side's certificate, which asking again
  /// does not change.
  public static let refusedCertificate = "it refused our certificate"

  /// The connection takes no further requests: it was closed, or the peer is about to. The request
  /// did not run.
  case closed
}
