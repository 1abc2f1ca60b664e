import ArgumentParser
import GridModel
import PowerFlow
import Twin

enum SummaryOutput: String, ExpressibleByArgument, CaseIterable {
  case table, json
}

/// How a run of the twin shows itself: a line every few ticks, and a summary.
struct TwinOutput: Sendable {
  let format: SummaryOutput
  let every: Int64

  /// A table is data; beside a JSON document the lines are only company.
  private func print(_ line: String) {
    switch format {
    case .table: printData(line)
    case .json: printNote(line)
    }
  }

  func show(_ report: TickReport, isFirst: Bool) {
    if isFirst { print(TickLine.heading) }
    let line = TickLine(report)
    if report.tick % every == every - 1 || isFirst || line.isUrgent { print(line.text) }
  }

  func end(_ summary: TwinSummary) {
    switch format {
    case .table: for line in [""] + summary.lines { printData(line) }
    case .json: printData(summary.json.text)
    }
  }
}

/// Turns what went wrong with a twin into a sentence and an exit code.
enum TwinEnding {
  static func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case let failure as TwinFailure:
      printNote("error: \(failure)")
      switch failure {
      case .noSegments, .foreignStore: return .badInput
      case .missing: return .unreachable
      case .lost: return .lostPart
      case .noSolution: return .noSolution
      case .gaveUp, .superseded: return .failure
      }
    case let ended as NodeEnded:
      printNote("error: \(ended)")
      return .lostPart
    case let failure as PowerFlowError:
      printNote("error: \(failure)")
      return .noSolution
    case let code as ExitCode: return code
    default:
      printNote("error: \(error)")
      return .failure
    }
  }
}
