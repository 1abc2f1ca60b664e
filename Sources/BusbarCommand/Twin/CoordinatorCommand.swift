import ActorCluster
import ArgumentParser
import Foundation
import GridModel
import Logging
import Twin
import TwinIdentity
import TwinStore

struct CoordinatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Run the coordinator of a twin whose nodes you start yourself.",
    discussion: """
      It waits for the nodes of the topology's placement, runs the ticks and
      sends the nodes home. With --data it keeps what it commits, and goes on
      there when it is started again; 'busbar up' does that for you. An address
      is HOST:PORT, with an IPv6 address in brackets: [::1]:7400.

      The twin's root and certificates are made at the first start; nodes join with
      tokens of 'busbar pki token'.

      Examples:
        busbar coordinator Topologies/cigre-mv.yaml --listen 127.0.0.1:7400
        busbar coordinator Topologies/cigre-mv.yaml --plaintext
        busbar coordinator Topologies/cigre-mv.yaml --data day --pace 900

      Exit codes: 0 the day is done; 1 error; 3 a tick has no solution; 64 usage;
      65 bad input; 69 the port is taken, or nodes did not join; 75 no node is
      left; 78 a folder or file is not as it must be; 130 interrupted.
      """)

  @Argument(help: "The grid with its segments.")
  var topology: String

  @Option(
    help: ArgumentHelp("Where to listen; 127.0.0.1:7400 by default.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var listen = NodeAddress(host: "127.0.0.1", port: 7400)

  @Option(
    help: ArgumentHelp(
      "Where nodes and operators find it; where it listens by default.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var advertise: NodeAddress?

  @Option(
    help: ArgumentHelp(
      "Spread the segments over N nodes, node-1 and so on, instead of the topology's placement.",
      valueName: "N"))
  var nodes: Int?

  @OptionGroup
  var options: RunOptions

  @OptionGroup
  var pacing: PaceOption

  @Option(help: ArgumentHelp("Where to keep what is committed, and events.", valueName: "DIR"))
  var data: String?

  @OptionGroup
  var security: SecurityOptions

  @Option(
    help: ArgumentHelp(
      "The folder of the twin's root; in the twin's directory by default.", valueName: "DIR"))
  var root: String?

  @Flag(help: "The root is elsewhere: wait for the issuer that 'busbar pki init' makes there.")
  var externalRoot = false

  @Option(
    help: ArgumentHelp(
      "How long a certificate lives; 86400 by default.", valueName: "SECONDS"))
  var certificateLifetime: Int64 = 86_400

  @Option(help: ArgumentHelp("How long to wait for the nodes.", valueName: "SECONDS"))
  var wait: Int64 = 60

  @OptionGroup
  var logs: LogOptions

  /// Whoever started this process reads its directory.
  @Flag(help: .hidden)
  var quiet = false

  func validate() throws {
    if wait < 1 { throw ValidationError("--wait takes a number of seconds from 1 up.") }
    if externalRoot, root != nil || security.plaintext {
      throw ValidationError("--external-root goes with neither --root nor --plaintext.")
    }
    if let nodes, nodes < 1 { throw ValidationError("--nodes takes a number from 1 up.") }
    guard (2...31_536_000).contains(certificateLifetime) else {
      throw ValidationError("--certificate-lifetime takes a number from 2 to 31536000.")
    }
    try security.rule.check(listen, advertise)
    try AddressRule.checkWhereabouts(listen: listen, advertised: advertise)
  }

  func run() async throws {
    let topology = try readTopology()
    let log = logs.log("coordinator")
    let journal = try data.map { try CoordinatorJournal(TwinDirectory(path: $0), log) }
    let (result, wasInterrupted) = await Interruptible.run {
      try await run(topology, journal, log)
    }
    if wasInterrupted {
      printNote("interrupted: the nodes were sent home")
      journal?.end(.interrupted, because: "it was interrupted, and sent the nodes home")
      throw ExitCode.interrupted
    }
    do {
      let summary = try result.get()
      if !quiet { options.twinOutput.end(summary) }
      journal?.write(summary)
      journal?.end(.success, because: "the day is done")
    } catch {
      let code = TwinEnding.exitCode(of: error)
      journal?.end(code, because: "\(error)")
      throw code
    }
  }

  private func readTopology() throws -> Topology {
    var topology = try options.read(self.topology)
    if let nodes { topology.placement = topology.spread(over: nodes) }
    return topology
  }

  private func run(
    _ topology: Topology, _ journal: CoordinatorJournal?, _ log: Logger
  ) async throws -> TwinSummary {
    let plan = try TwinPlan(topology)
    let process = try await listen(plan, journal, log)
    if !quiet { tellHowToJoin(plan, process.address) }
    do {
      try journal?.begin(at: process.address)
      let output = options.twinOutput
      let day = CoordinatorProcess.Day(
        ticks: options.ticks(of: topology), pace: pacing.pace,
        earlier: journal?.ticks() ?? [:],
        storedFingerprint: { journal?.storedFingerprint(of: $0, plan) },
        afterTick: { record, place in
          journal?.committed(record)
          if !quiet { output.show(record, at: place) }
        },
        onShift: {
          let behind = fixed($0.milliseconds, 0)
          log.warning("behind by \(behind) ms: the rest of the day starts later")
        })
      var summary = try await process.run(plan, day, formingWithin: .seconds(wait))
      summary.recoveries = journal?.events.recoveries ?? []
      await process.end()
      return summary
    } catch {
      await process.end()
      throw error
    }
  }

  private func listen(
    _ plan: TwinPlan, _ journal: CoordinatorJournal?, _ log: Logger
  ) async throws -> CoordinatorProcess {
    let store: any Store = try journal?.openStore() ?? MemoryStore()
    var settings = CoordinatorSettings()
    // What is kept can wait for nodes that somebody starts again.
    if journal != nil { settings.patience = nil }
    do {
      let process = try await CoordinatorProcess(
        twin: plan.name, listen: listen, advertise: advertise,
        identity: try await identity(plan.name, log),
        store: store, settings: settings,
        events: journal?.events.sink ?? EventSink.none, memory: journal?.memory ?? NodeMemory.none,
        log: log)
      if let journal { try process.serveArchive(of: try journal.openArchive()) }
      if let data {
        try ProcessPlace(process.place, identity: folders(of: plan.name)?.coordinatorItself)
          .write(to: data)
      }
      return process
    } catch let error as ClusterError {
      throw Refusal(CoordinatorProcess.reason(error), code: .unreachable)
    }
  }

  /// Waits for the issuer, as long as for nodes.
  private func issuer(in folders: PkiFolders, of twin: String) async throws {
    let deadline = ContinuousClock.now + .seconds(wait)
    while try folders.coordinator.load() == nil {
      guard ContinuousClock.now < deadline else {
        throw Refusal(
          "there is no issuer in \(folders.coordinator.folder.path) after \(wait) s; 'busbar pki init "
            + "--twin \(ShellWord.quote(twin))' where the root is makes it, or leave out "
            + "--external-root", code: .badInput)
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Who this process is; nil in plaintext.
  private func identity(_ twin: String, _ log: Logger) async throws -> ProcessIdentity? {
    guard let folders = folders(of: twin) else { return nil }
    if externalRoot { try await issuer(in: folders, of: twin) }
    return try .coordinator(twin: twin, folders, lifetime: .seconds(certificateLifetime), log)
  }

  /// Where its keys are; nil in plaintext.
  private func folders(of twin: String) -> PkiFolders? {
    guard !security.plaintext else { return nil }
    let directory = data ?? TwinDirectory(twin: twin).path
    return PkiFolders(
      root: AuthorityFolder(root ?? PkiFolders.root(in: directory)),
      coordinator: AuthorityFolder(security.identity ?? PkiFolders.coordinator(in: directory)))
  }

  private func tellHowToJoin(_ plan: TwinPlan, _ address: NodeAddress) {
    printNote("listening at \(address); start each node with its command:")
    for node in plan.nodes {
      let command =
        "busbar node \(ShellWord.quote("--name=\(node)")) "
        + "\(ShellWord.quote("--twin=\(plan.name)")) --coordinator \(address)"
      guard !security.plaintext else {
        printNote("  \(command) --plaintext")
        continue
      }
      var token = "busbar pki token \(ShellWord.quote("--node=\(node)"))"
      if let data { token += " --data \(ShellWord.quote(data))" }
      if let identity = security.identity { token += " --identity \(ShellWord.quote(identity))" }
      printNote("  \(token) | \(command) --token-file -")
    }
  }
}
