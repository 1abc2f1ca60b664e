import ArgumentParser
import PowerFlow
import Twin
import TwinIdentity

/// Turns what went wrong with a twin into a sentence and an exit code.
enum TwinEnding {
  static func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case let failure as TwinFailure:
      printNote("error: \(failure)")
      switch failure {
      case .noSegments, .reservedNode, .borderTooWide, .cannotBalance: return .badInput
      case .interrupted: return .interrupted
      case .missing: return .unreachable
      case .lost: return .lostPart
      case .noSolution: return .noSolution
      case .gaveUp, .store: return .failure
      }
    case let refusal as Refusal:
      printNote("error: \(refusal)")
      return refusal.code
    case let ended as NodeEnded:
      printNote("error: \(ended)")
      return .lostPart
    case let failure as PowerFlowError:
      printNote("error: \(failure)")
      return .noSolution
    case let refusal as PrivateFolder.Refusal:
      printNote("error: \(refusal)")
      return .badConfiguration
    case let code as ExitCode: return code
    default:
      printNote("error: \(error)")
      return .failure
    }
  }
}
