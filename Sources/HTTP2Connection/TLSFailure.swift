import NIOCore
import NIOSSL

/// Words about what went wrong under HTTP/2.
enum TLSFailure {
  static let closed = "it closed the connection during the handshake"

  /// A sentence about the other end, without its full stop.
  static func sentence(_ error: any Error) -> String {
    switch error {
    case NIOSSLError.handshakeFailed(let failure), NIOSSLError.shutdownFailed(let failure):
      return sentence("\(failure)")
    case let failure as BoringSSLError: return sentence("\(failure)")
    case NIOSSLError.uncleanShutdown: return closed
    case let error as IOError where error.errnoCode == connectionReset: return closed
    default: return "\(error)"
    }
  }

  /// The library gives reasons as texts; those that a person can do something about have words.
  private static func sentence(_ text: String) -> String {
    reasons.first { text.contains($0.mark) }?.words ?? "the handshake failed (\(text))"
  }

  private static let reasons: [(mark: String, words: String)] = [
    (
      "CERTIFICATE_UNKNOWN",
      "\(HTTP2Error.refusedCertificate), and its log says why; an old one, another twin's, a revoked one "
        + "and clocks that differ are common"
    ),
    ("ALERT_CERTIFICATE_REQUIRED", "it wants a certificate and we have none; join with a token"),
    ("DID_NOT_RETURN_A_CERTIFICATE", "it shows no certificate"),
    ("EOF during handshake", closed),
    ("WRONG_VERSION_NUMBER", "it does not speak TLS"),
    ("HTTP_REQUEST", "it does not speak TLS"),
    ("UNSUPPORTED_PROTOCOL", "it does not speak TLS 1.3"),
    ("PROTOCOL_VERSION", "it does not speak TLS 1.3"),
    ("NO_APPLICATION_PROTOCOL", "it does not speak h2 over TLS"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate cannot be verified"),
  ]
}
