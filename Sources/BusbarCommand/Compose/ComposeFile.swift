import ArgumentParser

/// A twin in containers: a compose file, line by line.
///
/// Each process has one volume of its own, and the root of all certificates another. The service
/// `identity` runs to its end before the others: it sees all volumes, and leaves in each node's a token
/// that only this node can read. Everything may start in any order: who is early waits.
struct ComposeFile {
  struct Node {
    /// In the twin.
    var name: String
    /// In the compose file and in its network.
    var service: String
    var volume: String { "\(service)-data" }
  }

  let twin: String
  let nodes: [Node]
  /// On how many nodes the coordinator spreads the segments; nil for where the topology places them.
  let spread: Int?
  let mounts: ComposeMounts
  let image: String?
  let ticks: Int64
  let command: String

  /// The image has as many folders for `identity` to write tokens to: a volume takes owner and mode of
  /// the folder that it is first mounted at.
  static let maximumNodes = 64

  private static let port = 7400
  /// Of a process's own volume.
  private static let data = "/var/lib/busbar"
  private static let root = "/var/lib/busbar-root"
  /// In `identity`, numbered from 1.
  private static let nodeFolder = "/var/lib/busbar-nodes"
  /// How long a part looks for the others; with this it outlives a slow first start of all.
  private static let patience_s = 600
  /// A tick a second, and a year of days that end by themselves.
  private static let pace = 900
  private static let days: Int64 = 365

  init(
    twin: String, nodes: [String], spread: Int?, mounts: ComposeMounts, image: String?,
    ticks: Int64,
    command: String
  ) throws(Refusal) {
    guard nodes.count <= Self.maximumNodes else {
      throw Refusal(
        "\(twin) has \(nodes.count) nodes, and a compose file takes \(Self.maximumNodes); spread its "
          + "segments over fewer with --nodes N", code: .badInput)
    }
    for name in nodes + [twin] { try Self.check(name) }
    for mount in mounts.mounts { try Self.check(mount.source) }
    guard !command.unicodeScalars.contains(where: Self.isControl) else {
      throw Refusal(
        "a name or path cannot stand in a compose file; there are no control characters in one",
        code: .badInput)
    }
    var names = ComposeNames(taken: ["coordinator", "identity", "test"])
    self.twin = twin
    self.nodes = nodes.map { Node(name: $0, service: names.name(for: $0)) }
    self.spread = spread
    self.mounts = mounts
    self.image = image
    self.ticks = ticks
    self.command = command
  }

  private static func check(_ text: String) throws(Refusal) {
    guard !text.isEmpty, text.utf8.count <= 255, !text.unicodeScalars.contains(where: isControl)
    else {
      throw Refusal(
        "\(JSON.string(text).text) cannot stand in a compose file; names and paths have 1 to 255 bytes "
          + "and no control characters", code: .badInput)
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
      || ["\u{2028}", "\u{2029}", "\u{feff}"].contains(scalar)
  }

  // MARK: The file

  var lines: [String] {
    var lines = heading("The twin \(twin) in containers; Docs/Compose.md tells how to use it.")
    lines.append("services:")
    lines += identity
    lines += coordinator
    for node in nodes { lines += service(node, after: "identity") }
    lines += test
    lines += ["", "volumes:", "  identity-root:", "  coordinator-data:"]
    lines += nodes.map { "  \($0.volume):" }
    return lines
  }

  /// The second file, for one more node.
  func lines(adding name: String) throws(Refusal) -> [String] {
    try Self.check(name)
    guard !nodes.contains(where: { $0.name == name }), name != "coordinator" else {
      throw Refusal(
        "\(twin) has a part named \(JSON.string(name).text) already; give the node another name",
        code: .badInput)
    }
    var names = ComposeNames(
      taken: Set(["coordinator", "identity", "test"] + nodes.map(\.service)))
    let node = Node(name: name, service: names.name(for: name))
    let tokens = names.name(for: "identity-\(node.service)")
    var lines = heading(
      "One more node for the twin \(twin): a second file after the first,",
      "docker compose -f docker-compose.yml -f FILE up -d")
    lines += [
      "services:", "  # Runs once, and leaves the node a token.", "  \(tokens):", "    <<: *busbar",
      "    depends_on:", "      identity: {condition: service_completed_successfully}",
    ]
    lines += script([Self.tokenFunction, token(for: node, in: 1)])
    lines += volumes([("coordinator-data", Self.data), (node.volume, "\(Self.nodeFolder)/1")])
    lines += service(node, after: tokens)
    lines += ["", "volumes:", "  \(node.volume):"]
    return lines
  }

  private func heading(_ sentences: String...) -> [String] {
    var lines = sentences.map { "# \($0)" }
    lines += ["# Written by: \(command)", ""]
    lines += [
      "x-busbar: &busbar", "  image: \(ComposeText.quoted(image ?? "busbar"))",
      "  restart: on-failure", "  read_only: true", "  tmpfs: [/tmp]", "  cap_drop: [ALL]",
      "  security_opt: [\"no-new-privileges:true\"]", "  stop_grace_period: 15s",
      "  # A question to the name server that is lost is asked again after a second, not after five.",
      "  dns_opt: [\"timeout:1\", \"attempts:3\"]", "",
    ]
    lines += [
      "x-health: &health", "  test: \(health)", "  interval: 5s", "  timeout: 3s", "  retries: 3",
      "  start_period: 60s", "",
    ]
    return lines
  }

  /// Whether the process is well, by its own word and with its own certificate.
  private var health: String {
    let words = ["CMD", "busbar", "health", "--data=\(Self.data)"]
    return "[" + words.map(ComposeText.quoted).joined(separator: ", ") + "]"
  }

  // MARK: Services

  private var identity: [String] {
    var lines = [
      "  # Runs once: makes the root of all certificates and the coordinator's issuer, and leaves each",
      "  # node without a certificate a token to join with.",
      "  identity:", "    <<: *busbar",
    ]
    if image == nil { lines.append("    build: {context: ., target: busbar}") }
    var commands = [
      "busbar pki init \(ComposeText.shellWord("--twin=\(twin)")) --data=\(Self.data) "
        + "--root=\(Self.root)", Self.tokenFunction,
    ]
    var seen: [(name: String, target: String)] = [
      ("identity-root", Self.root), ("coordinator-data", Self.data),
    ]
    for (position, node) in nodes.enumerated() {
      commands.append(token(for: node, in: position + 1))
      seen.append((node.volume, "\(Self.nodeFolder)/\(position + 1)"))
    }
    return lines + script(commands) + volumes(seen)
  }

  private var coordinator: [String] {
    var words = [
      "coordinator", mounts.document, "--data=\(Self.data)", "--external-root",
      "--listen=0.0.0.0:\(Self.port)",
      "--advertise=coordinator:\(Self.port)", "--wait=\(Self.patience_s)",
    ]
    if let spread { words.append("--nodes=\(spread)") }
    var lines = begin("coordinator", after: "identity", command: words)
    for word in [
      "--pace=${BUSBAR_PACE:-\(Self.pace)}", "--ticks=${BUSBAR_TICKS:-\(ticks * Self.days)}",
    ] {
      lines.append("      - \(ComposeText.template(word))")
    }
    let port = "127.0.0.1:${BUSBAR_PORT:-\(Self.port)}:\(Self.port)"
    lines += ["    ports:", "      - \(ComposeText.template(port))"]
    lines += volumes([("coordinator-data", Self.data)])
    for mount in mounts.mounts {
      lines += [
        "      - type: bind", "        source: \(ComposeText.quoted(mount.source))",
        "        target: \(ComposeText.quoted(mount.target))", "        read_only: true",
      ]
    }
    return lines + ["    healthcheck: *health"]
  }

  private func service(_ node: Node, after tokens: String) -> [String] {
    let words = [
      "node", "--name=\(node.name)", "--twin=\(twin)", "--identity=\(Self.data)",
      "--token-file=\(Self.data)/token",
      "--coordinator=coordinator:\(Self.port)", "--listen=0.0.0.0:\(Self.port)",
      "--advertise=\(node.service):\(Self.port)", "--wait=\(Self.patience_s)",
    ]
    var lines = begin(node.service, after: tokens, command: words)
    lines += volumes([(node.volume, Self.data)])
    return lines + ["    healthcheck: *health"]
  }

  private var test: [String] {
    guard image == nil else { return [] }
    return [
      "", "  # docker compose run --rm test: the test command of the README.", "  test:",
      "    image: busbar-test", "    build: {context: ., target: test}", "    profiles: [test]",
    ]
  }

  // MARK: Parts of services

  /// A service that begins when another one has ended well, as far as its command.
  private func begin(_ service: String, after other: String, command: [String]) -> [String] {
    let lines = [
      "", "  \(service):", "    <<: *busbar", "    depends_on:",
      "      \(other): {condition: service_completed_successfully}", "    command:",
    ]
    return lines + command.map { "      - \(ComposeText.quoted($0))" }
  }

  private func script(_ commands: [String]) -> [String] {
    let lines = ["    entrypoint: [\"/bin/bash\", \"-euc\"]", "    command:", "      - |"]
    return lines + commands.flatMap { $0.split(separator: "\n") }.map { "        \($0)" }
  }

  /// Gives a node that has no certificate yet a new token, unless it has one that is good for minutes.
  /// The service may run again at any time, so the file is replaced as a whole.
  private static let tokenFunction = """
    token() {
      if [ -e "$$2/certificate.pem" ] || [ -n "$$(find "$$2" -name token -mmin -5)" ]; then return; fi
      rm -f "$$2/token.new"
      busbar pki token "--node=$$1" --data=\(data) --out="$$2/token.new"
      mv "$$2/token.new" "$$2/token"
    }
    """

  private func token(for node: Node, in position: Int) -> String {
    "token \(ComposeText.shellWord(node.name)) \(Self.nodeFolder)/\(position)"
  }

  private func volumes(_ volumes: [(name: String, target: String)]) -> [String] {
    ["    volumes:"] + volumes.map { "      - \(ComposeText.quoted("\($0.name):\($0.target)"))" }
  }
}
