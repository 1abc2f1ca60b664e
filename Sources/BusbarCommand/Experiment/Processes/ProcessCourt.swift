import ActorCluster
import Balancing
import Distributed
import Experiments
import Foundation
import HTTP2Connection

/// Runs trials with a process for each agent, and referees them.
final class ProcessCourt: Sendable {
  private let prepared: PreparedExperiment
  private let file: String
  private let enrolment: TemporaryEnrolment
  private let cluster: ActorCluster
  private let address: NodeAddress
  private let inlet = ReportInlet()
  private let state: Guarded<State>

  private struct State {
    var run = 0
    var processes: [Int: AgentProcess] = [:]
    var places: [Int: AgentPlace] = [:]
  }

  /// Starts all processes and waits until they listen.
  ///
  /// - Parameter folder: of the results; agents from outside find there how to join.
  init(_ prepared: PreparedExperiment, file: String, folder: String) async throws {
    self.prepared = prepared
    self.file = file
    enrolment = try TemporaryEnrolment(twin: ExperimentAuthority.twin)
    let identity = try ProcessIdentity.lasting(
      enrolment.folder(of: ExperimentAuthority.referee.rawValue))
    let transport = HTTP2Transport(host: "127.0.0.1", port: 0, security: identity.transport)
    cluster = ActorCluster(
      node: ExperimentAuthority.referee, twin: ExperimentAuthority.twin, transport: transport,
      runtime: PoolRuntime(), authority: ExperimentAuthority())
    state = Guarded(State())
    try await cluster.start()
    address = transport.address!
    let inlet = inlet
    _ = try cluster.host(RefereeDesk.name) { RefereeDesk(inlet, actorSystem: $0) }
    do {
      let outside = Set(prepared.external)
      let processes = try prepared.names.indices.filter { !outside.contains($0) }
        .map { try start($0) }
      for process in processes { try place(process) }
      for agent in prepared.external.sorted() {
        let desk = try cluster.host("\(agent)") {
          AgentDesk(agent, prepared, actorSystem: $0)
        }
        state.withLock {
          $0.places[agent] = AgentPlace(agent, on: ExperimentAuthority.referee, at: address)
        }
        try invite(agent, folder)
        await desk.whenLocal { await $0.arrival() }
      }
    } catch {
      await end()
      throw error
    }
  }

  private func start(_ agent: Int) throws -> AgentProcess {
    let node = ExperimentAuthority.node(of: agent)
    let process = try AgentProcess(
      agent, file: file, identity: enrolment.folder(of: node.rawValue).folder.path,
      referee: address)
    state.withLock { $0.processes[agent] = process }
    return process
  }

  private func place(_ process: AgentProcess) throws {
    let place = AgentPlace(
      process.agent, on: ExperimentAuthority.node(of: process.agent), at: try process.address())
    cluster.connect(node: place.node, at: place.address)
    state.withLock { $0.places[process.agent] = place }
  }

  /// Writes down how an agent from outside joins: its key and certificate, and where to.
  private func invite(_ agent: Int, _ folder: String) throws {
    let target = "\(folder)/agents/\(prepared.names[agent])"
    let own = try enrolment.folder(of: ExperimentAuthority.node(of: agent).rawValue)
    try? FileManager.default.removeItem(atPath: target)
    try FileManager.default.createDirectory(
      atPath: "\(folder)/agents", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: own.folder.path, toPath: target)
    let invitation: JSON = [
      "apiVersion": "busbar/v1", "kind": "AgentInvitation", "agent": JSON(agent),
      "address": .string("\(address)"), "twin": .string(ExperimentAuthority.twin),
      "node": .string(ExperimentAuthority.node(of: agent).rawValue),
    ]
    try Data((invitation.text + "\n").utf8).write(
      to: URL(fileURLWithPath: "\(target)/invitation.json"))
    printNote(
      "waiting for agent '\(prepared.names[agent])' from outside; its key, certificate and "
        + "invitation are in \(target)")
  }

  /// Ends every process.
  func end() async {
    let processes = state.withLock { $0.processes.values.sorted { $0.agent < $1.agent } }
    for process in processes { process.end() }
    for agent in prepared.external {
      let desk = try? AgentDesk.resolve(
        id: AgentHost.identity(of: agent, on: cluster.node), using: cluster)
      await desk?.whenLocal { await $0.dismiss() }
    }
    await cluster.shutdown()
    enrolment.remove()
  }

  // MARK: A run

  /// Runs one trial; how long it took is counted from the first step.
  func run(_ trial: Trial) async throws -> (RunResult, seconds: Double) {
    let (number, places) = state.withLock { state in
      state.run += 1
      return (state.run, prepared.names.indices.map { state.places[$0]! })
    }
    var record = ProcessRecord(
      prepared, run: number, isLockstep: try isLockstep(trial.algorithm))
    let order = RunOrder(
      run: number, algorithm: trial.algorithm, seed: trial.seed, life: 0, places: places)
    try await all { try await $0.prepare(order) }
    var upheaval = Upheaval(prepared.faults)
    let (stream, out) = inlet.open()
    let ticker = Task {
      while (try? await Task.sleep(for: .milliseconds(50))) != nil { out.yield(.tick) }
      out.finish()
    }
    defer { ticker.cancel() }
    let start = ContinuousClock.now
    var lastReport = start
    try await all { try await $0.begin(number) }
    for await news in stream {
      switch news {
      case .report(let report):
        lastReport = .now
        record.take(report)
      case .tick: try check(quiet: lastReport.duration(to: .now), record)
      }
      if record.isDone { break }
      for event in upheaval.due(at: record.round) { try await apply(event, order, &record) }
      try Task.checkCancellation()
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try Task.checkCancellation()
    try? await all { try await $0.end(number) }
    try await revive()
    return (record.result(), seconds)
  }

  private func isLockstep(_ algorithm: Int) throws -> Bool {
    let agents = try prepared.agents(of: algorithm)
    return agents.allSatisfy { if case .everyNeighbor = $0.trigger { true } else { false } }
  }

  private func all(_ body: @escaping @Sendable (AgentHost) async throws -> Void) async throws {
    let places = state.withLock { state in
      state.places.values.filter { place in
        state.processes[place.agent].map(\.isRunning) ?? true
      }
    }
    let cluster = cluster
    try await ActorCluster.withDeadline(.seconds(60)) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for place in places {
          group.addTask {
            let host = try AgentHost.resolve(
              id: AgentHost.identity(of: place.agent, on: place.node), using: cluster)
            try await body(host)
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// Does what the experiment's faults do to whole processes.
  private func apply(
    _ event: Upheaval.Event, _ order: RunOrder, _ record: inout ProcessRecord
  ) async throws {
    switch event {
    case .kill(let agent):
      state.withLock { $0.processes[agent] }?.kill()
      record.lose(agent)
    case .restart(let agent, let life):
      let process = try start(agent)
      try place(process)
      var order = order
      order.life = life
      order.places = state.withLock { state in
        prepared.names.indices.compactMap { state.places[$0] }
      }
      let place = order.places.first { $0.agent == agent }!
      try await all { try await $0.meet(place) }
      let host = try AgentHost.resolve(
        id: AgentHost.identity(of: agent, on: place.node), using: cluster)
      try await host.prepare(order)
      try await host.begin(order.run)
      record.regain(agent)
    }
  }

  /// Brings back who was killed for good, for the next run.
  private func revive() async throws {
    let dead = state.withLock { $0.processes.values.filter { !$0.isRunning } }
    for process in dead { try place(try start(process.agent)) }
  }

  private func check(quiet: Duration, _ record: ProcessRecord) throws {
    for process in state.withLock({ Array($0.processes.values) })
    where !process.isRunning && !record.isLost(process.agent) {
      throw ExperimentFault(
        "the process of agent '\(prepared.names[process.agent])' ended by itself")
    }
    let patience = Duration.seconds(max(30, 50 * prepared.round_s))
    guard quiet < patience else {
      throw ExperimentFault(
        "no agent has moved for \(patience.components.seconds) s; "
          + "\(record.waitingFor.map { "'\(prepared.names[$0])'" }.joined(separator: ", ")) "
          + "did not end")
    }
  }
}
