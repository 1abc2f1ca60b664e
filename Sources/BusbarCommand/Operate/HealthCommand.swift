import ArgumentParser
import HTTP2Connection

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Tell whether a process of a twin is well, for health checks.",
    discussion: """
      Prints one line. A coordinator is well while its store answers and no tick
      stands still; a node, while its coordinator asks it.

      Examples:
        busbar health --at 127.0.0.1:7400
        busbar health --at 127.0.0.1:7400 || echo "look at busbar ps"

      Exit codes: 0 it is well; 1 it is not, or nobody answers; 64 usage.
      """)

  @Option(
    help: ArgumentHelp("Where the process listens.", valueName: "HOST:PORT"),
    transform: LoopbackAddress.init)
  var at: LoopbackAddress

  /// A health check has little time itself.
  private static let patience = Duration.seconds(2)

  func run() async throws {
    let answer: HTTP2Response
    do {
      answer = try await Endpoint(at.address).get(
        StatusPages.healthPath, within: Self.patience)
    } catch .cancelled {
      printData("failing: \(at) did not answer within \(Self.patience.components.seconds) s")
      throw ExitCode.failure
    } catch {
      printData("failing: \(HealthDocument.sentence(error))")
      throw ExitCode.failure
    }
    guard let health = HealthDocument(answer) else {
      printData("failing: what listens at \(at) tells no health (status \(answer.status))")
      throw ExitCode.failure
    }
    printData(health.line)
    if answer.status != 200 { throw ExitCode.failure }
  }
}
