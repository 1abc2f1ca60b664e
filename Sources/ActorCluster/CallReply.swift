/// The answer to a call as a transport carries it.
public enum CallReply: Sendable, Equatable {
  /// The method returned; the body is its CBOR result, empty for none.
  case returned([UInt8])
  /// The method threw; the body is a CBOR `RemoteFailure`.
  case threw([UInt8])
  /// The node did not run the method, or did not wait for its end.
  case refused(CallRefusal)

  /// The size of the body in bytes.
  package var byteCount: Int {
    switch self {
    case .returned(let body), .threw(let body): body.count
    case .refused: 0
    }
  }
}
