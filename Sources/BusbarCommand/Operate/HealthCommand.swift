import ActorCluster
import ArgumentParser
import HTTP2Connection
import Twin
import TwinIdentity

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Tell whether a process of a twin is well, for health checks.",
    discussion: """
      Prints one line. A coordinator is well while its store answers and no tick
      stands still; a node, while its coordinator asks it.

      A process leaves in its folder where it listens: the folder is the --data of a
      coordinator or the --identity of a node. Its own certificate, which lies there,
      is shown to it. Without a folder, say where it listens; without --identity it
      is asked in plaintext.

      Examples:
        busbar health                                   the coordinator of the only twin here
        busbar health --data .busbar/cigre-mv/identity/nodes/north
        busbar health --at 127.0.0.1:7400               a process started with --plaintext
        busbar health --at 10.0.0.7:7400 --identity .busbar/operator

      Exit codes: 0 it is well; 1 it is not, or nobody answers; 64 usage.
      """)

  @Option(
    help: ArgumentHelp(
      "The folder of the process; the only twin's under ./.busbar by default.", valueName: "DIR"))
  var data: String?

  @Option(
    help: ArgumentHelp("Where the process listens.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var at: NodeAddress?

  @Option(
    help: ArgumentHelp(
      "With --at: the folder of a key and certificate of this twin.", valueName: "DIR"))
  var identity: String?

  /// A health check has little time itself.
  private static let patience = Duration.seconds(2)

  func validate() throws {
    if data != nil, at != nil { throw ValidationError("Give --data or --at, not both.") }
    if identity != nil, at == nil { throw ValidationError("--identity goes with --at HOST:PORT.") }
    if identity == nil, let at, !at.isLoopback {
      throw ValidationError(
        "'\(at.host)' may be another machine, where nobody is asked in plaintext; give --identity "
          + "DIR.")
    }
  }

  func run() async throws {
    let answer: HTTP2Response
    do { answer = try await ask() } catch {
      printData("failing: \(sentence(error))")
      throw ExitCode.failure
    }
    guard let health = HealthDocument(answer) else {
      printData("failing: what listens there tells no health (status \(answer.status))")
      throw ExitCode.failure
    }
    printData(health.line)
    if answer.status != 200 { throw ExitCode.failure }
  }

  private func ask() async throws -> HTTP2Response {
    let page = StatusPage.health.path
    if let at {
      let asking = try identity.map { try ProcessIdentity.asking(IdentityFolder($0)) }
      return try await Endpoint(at, isEncrypted: asking != nil)
        .get(page, as: asking, within: Self.patience)
    }
    let place = try ProcessPlace.read(in: data ?? TwinDirectory.find(nil).path)
    // The process is asked as itself, and nobody else is believed to be it.
    let own = try place.identity.map { try ProcessIdentity.asking(IdentityFolder($0)) }
    return try await Endpoint(place.address, isEncrypted: own != nil)
      .get(page, as: own, expecting: own?.who.uri, within: Self.patience)
  }

  private func sentence(_ error: any Error) -> String {
    switch error {
    case HTTP2Error.cancelled: "no answer came within \(Self.patience.components.seconds) s"
    case HTTP2Error.closed where at != nil && identity == nil,
      HTTP2Error.connectionLost where at != nil && identity == nil:
      HealthDocument.sentence(.closed)
        + "; a process with certificates is asked with --data DIR, or with --at and --identity DIR"
    case let error as HTTP2Error: HealthDocument.sentence(error)
    default: "\(error)"
    }
  }
}
