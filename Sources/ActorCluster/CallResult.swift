/// How a call ended, in the words of its metrics.
enum CallResult: Int, CaseIterable, Sendable {
  case returned, threw, refused, late, cancelled, lost, failed

  var word: String { "\(self)" }

  init(_ reply: CallReply) {
    self =
      switch reply {
      case .returned: .returned
      case .threw: .threw
      case .refused(.deadlineExceeded): .late
      case .refused(.cancelled): .cancelled
      case .refused: .refused
      }
  }

  init(_ error: ClusterError) {
    self =
      switch error {
      case .deadlineExceeded: .late
      case .cancelled: .cancelled
      case .connectionLost, .unreachable: .lost
      case .remote: .threw
      case .noSuchActor, .unauthorised, .staleEra, .wrongTwin, .moved, .overloaded: .refused
      case .protocolViolation, .nameTaken: .failed
      }
  }
}

extension CallRefusal {
  /// The refusal in the words of metrics and logs.
  var word: String {
    switch self {
    case .noSuchActor: "no_such_actor"
    case .unauthorised: "unauthorised"
    case .staleEra: "stale_era"
    case .wrongTwin: "wrong_twin"
    case .moved: "moved"
    case .overloaded: "overloaded"
    case .tooLarge: "too_large"
    case .undecodable: "undecodable"
    case .deadlineExceeded: "late"
    case .cancelled: "cancelled"
    }
  }
}
