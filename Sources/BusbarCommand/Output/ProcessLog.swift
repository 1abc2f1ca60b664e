import ActorCluster
import ArgumentParser
import HTTP2Connection
import Logging
import Observability

/// The log of a process that runs for long: lines on standard error.
enum ProcessLog {
  static func make(_ component: String, _ level: Logger.Level) -> Logger {
    let output = LineLogHandler.Output(write: printNote, time: { WallTime.text() })
    return Logger(label: component) { _ in
      LineLogHandler(component: component, level: level, output: output)
    }
  }
}

/// How a process tells of peers that it does not let in.
extension ProcessLog {
  static func refusals(_ log: Logger) -> @Sendable (HTTP2Refusal) -> Void {
    let repeating = RepeatingLog(log, clock: RepeatingLog.Clock(PoolRuntime(laneCount: 1)))
    return { refusal in
      repeating.warn(
        "connections refused: \(refusal.why)", "refused a connection: \(refusal.why)",
        ["peer": "\(refusal.who)"])
    }
  }
}

/// How much a process writes to its log.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is worth a line in the log: trace, debug, info, notice, warning, error or critical.",
      valueName: "LEVEL"))
  var logLevel = Logger.Level.info

  func log(_ component: String) -> Logger { ProcessLog.make(component, logLevel) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
