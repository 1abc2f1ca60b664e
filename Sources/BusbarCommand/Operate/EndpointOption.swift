import ActorCluster
import ArgumentParser
import Twin
import TwinIdentity

/// Where a twin is asked over the wire, instead of in a directory.
struct EndpointOption: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Ask the coordinator at this URL instead of a directory, such as https://127.0.0.1:7400.",
      valueName: "URL"),
    transform: { try Endpoint(url: $0) })
  var endpoint: Endpoint?
}

/// Whom to ask over the wire, and as whom.
struct OutsideOptions: ParsableArguments {
  @OptionGroup
  var place: EndpointOption

  @Option(
    help: ArgumentHelp(
      "With a URL: the folder of your key and certificate as an operator; by default that of the twin's "
        + "directory on the coordinator's machine, else ./.busbar/operator.", valueName: "DIR"))
  var identity: String?

  @Option(
    help: ArgumentHelp(
      "With a URL: a token from 'busbar pki token --role operator', for your first certificate; - for "
        + "standard input.", valueName: "FILE"))
  var tokenFile: String?

  /// Adds what was given before the command's name, and refuses what does not go together.
  func endpoint(_ busbar: Busbar, or directory: String?) throws(ValidationError) -> Endpoint? {
    let endpoint = place.endpoint ?? busbar.remote.endpoint
    if endpoint != nil, directory != nil {
      throw ValidationError("Give --endpoint or --data, not both.")
    }
    if identity != nil || tokenFile != nil, endpoint?.isEncrypted != true {
      throw ValidationError("--identity and --token-file go with --endpoint https://HOST:PORT.")
    }
    return endpoint
  }

  /// The twin there, and who asks it.
  func twin(at endpoint: Endpoint) async throws -> OutsideTwin {
    guard endpoint.isEncrypted else { return OutsideTwin(endpoint, identity: nil) }
    if identity == nil, let local = try Self.local(endpoint.address) {
      return OutsideTwin(endpoint, identity: local)
    }
    let folder = IdentityFolder(identity ?? "./\(TwinDirectory.home)/operator")
    return OutsideTwin(
      endpoint,
      identity: try await .outsider(folder, token: tokenFile, coordinator: endpoint.address))
  }

  /// The operator of a twin of this machine whose coordinator listens there.
  private static func local(_ address: NodeAddress) throws -> ProcessIdentity? {
    guard address.isLoopback else { return nil }
    for directory in TwinDirectory.all() {
      guard let record = try? TwinRecord.read(directory), record.plaintext != true,
        CoordinatorCard.read(directory)?.port == address.port
      else { continue }
      let local = LocalEnrolment(twin: record.twin, directory: directory.path)
      return try .localOperator(twin: record.twin, local.folders)
    }
    return nil
  }
}

/// A twin whose coordinator is asked at a URL.
struct OutsideTwin: Sendable {
  let endpoint: Endpoint
  /// Who asks; `nil` in plaintext.
  let identity: ProcessIdentity?

  init(_ endpoint: Endpoint, identity: ProcessIdentity?) {
    self.endpoint = endpoint
    self.identity = identity
  }

  /// Lets somebody ask, whatever the name of the twin.
  func use<Answer>(_ body: (TwinClient) async throws -> Answer) async throws -> Answer {
    try await TwinClient.use(twin: try await twin(), identity: identity, body)
  }

  /// Asks the coordinator, and says what to do when it does not answer.
  func ask<Answer>(_ question: (NodeAddress) async throws -> Answer) async throws -> Answer {
    do { return try await question(endpoint.address) } catch let error as ClusterError {
      var sentence = "the coordinator at \(endpoint) does not answer: \(error)"
      if case .unreachable(_, let why) = error, why.hasSuffix("it does not speak TLS") {
        sentence += "; a twin with --plaintext is asked at http://\(endpoint.address)"
      }
      throw Refusal(sentence, code: .unreachable)
    }
  }

  /// The name of the twin: certificates tell it; in plaintext the coordinator does.
  private func twin() async throws -> String {
    if let identity { return identity.who.twin }
    let why: String
    do {
      let page = try await endpoint.get(StatusPage.health.path, within: TwinClient.patience)
      if let health = HealthDocument(page) { return health.twin }
      why = "what listens there tells no health (status \(page.status))"
    } catch {
      why = HealthDocument.sentence(error)
    }
    throw Refusal(
      "no coordinator answers at \(endpoint.address) in plaintext: \(why); a twin with certificates is "
        + "asked at https://\(endpoint.address), and 'busbar ps --data DIR' knows the address of a twin",
      code: .unreachable)
  }
}
