import ArgumentParser
import ActorCluster
import Foundation
import GridModel
import Logging
import Twin

/// Starts the processes of a twin that are missing: all of them, or the dead ones.
struct TwinStarter {
  let directory: TwinDirectory
  let topologyPath: String
  let plan: TwinPlan
  let ticks: Int64
  let pace: Double?
  /// Without certificates.
  let plaintext: Bool
  var logLevel = Logger.Level.info

  /// A twin that is not there within this time has a fault that waiting does not mend.
  static let timeout = Duration.seconds(9)

  enum Outcome {
    /// Nothing was missing.
    case runs(TwinRecord)
    /// These were started, in words.
    case started(TwinRecord, [String])
    /// The day was done before, or is done already.
    case finished(TwinRecord)
  }

  func start() async throws -> Outcome {
    try directory.prepare()
    try directory.checkIsFree()
    let lock = try await DirectoryLock(directory)
    defer { _ = lock }
    // Again, under the lock: whoever else starts a twin here makes files of the same names.
    try directory.checkIsFree()
    let present = directory.ownNames().subtracting(["lock"])
    try directory.prepareLogs()
    let earlier = try known()
    if let earlier {
      if earlier.parts.allSatisfy(\.isAlive) { return .runs(earlier) }
      if !earlier.coordinator.isAlive, isFinished() { return .finished(earlier) }
    }
    var attempt = Attempt(
      record: record(after: earlier), isRestart: earlier != nil, directory: directory,
      present: present, logLevel: logLevel)
    do {
      // First of all, so that a start that is killed can be gone on with, or deleted.
      if earlier == nil { try attempt.record.write(to: directory) }
      try Task.checkCancellation()
      return try await start(&attempt)
    } catch {
      await attempt.undo(earlier: earlier)
      throw error
    }
  }

  /// The record of this directory, if it is of this twin.
  private func known() throws -> TwinRecord? {
    guard FileManager.default.fileExists(atPath: directory.record) else { return nil }
    let record = try TwinRecord.read(directory)
    guard record.twin == plan.name else {
      throw Refusal(
        "\(directory.path) is the directory of the twin '\(record.twin)', not of '\(plan.name)'; "
          + "give each twin a directory of its own with --data DIR", code: .badInput)
    }
    return record
  }

  /// Whether every tick is committed already.
  private func isFinished() -> Bool {
    JSONLines.last(TickRecord.self, of: directory.ticks).map { $0.tick >= ticks - 1 } ?? false
  }

  private func record(after earlier: TwinRecord?) -> TwinRecord {
    var nodes = plan.nodes.map { TwinRecord.Part(name: $0.rawValue) }
    for index in nodes.indices {
      if let known = earlier?.nodes.first(where: { $0.name == nodes[index].name }) {
        nodes[index] = known
      }
    }
    return TwinRecord(
      twin: plan.name, topology: topologyPath, ticks: ticks, seed: plan.time.seed, pace: pace,
      plaintext: plaintext ? true : nil,
      coordinator: earlier?.coordinator
        ?? TwinRecord.Part(name: Coordinator.nodeName.rawValue, host: "127.0.0.1"),
      nodes: nodes)
  }

  private func start(_ attempt: inout Attempt) async throws -> Outcome {
    let deadline = ContinuousClock.now + Self.timeout
    if !attempt.record.coordinator.isAlive {
      let port = try port(for: attempt.record)
      try attempt.startCoordinator(arguments(at: port))
      guard try await listens(&attempt, until: deadline) else { return .finished(attempt.record) }
    }
    for index in attempt.record.nodes.indices where !attempt.record.nodes[index].isAlive {
      try attempt.startNode(index, identity: try identity(of: attempt.record.nodes[index].name))
    }
    try attempt.record.write(to: directory)
    return try await TwinClient.use(attempt.record, in: directory) {
      try await wait(&attempt, $0, until: deadline)
    }
  }

  /// The words that say who a node is.
  private func identity(of node: String) throws -> [String] {
    guard !plaintext else { return ["--plaintext"] }
    return try LocalEnrolment(twin: plan.name, directory: directory.path).arguments(for: node)
  }

  /// Where the coordinator is to listen: nodes that live look for it where it was.
  private func port(for record: TwinRecord) throws -> Int {
    guard let port = record.coordinator.port, ListeningPort.isHeld(port) else {
      return record.coordinator.port ?? 0
    }
    guard record.nodes.contains(where: \.isAlive) else { return 0 }
    let holder =
      ListeningPort.holder(of: port).map { "process \($0) (\(ListeningPort.name(of: $0)))" }
      ?? "a process of another user"
    throw Refusal(
      "the coordinator's port \(port), where its nodes look for it, is held by \(holder); end that "
        + "process, or 'busbar down --data \(ShellWord.quote(directory.path))' first",
      code: .unreachable)
  }

  private func arguments(at port: Int) -> [String] {
    [
      "coordinator", topologyPath, "--listen=127.0.0.1:\(port)", "--data=\(directory.path)",
      "--ticks=\(ticks)", "--seed=\(plan.time.seed)", "--quiet",
      "--log-level=\(logLevel)",
    ] + (plaintext ? ["--plaintext"] : []) + (pace.map { ["--pace=\($0)"] } ?? [])
  }

  /// Waits until the coordinator that was just started tells where it listens.
  ///
  /// - Returns: `false` when it had nothing to do and has ended.
  private func listens(
    _ attempt: inout Attempt, until deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    while true {
      try Task.checkCancellation()
      if let card = CoordinatorCard.read(directory),
        card.process == attempt.record.coordinator.process
      {
        attempt.record.coordinator.host = card.host
        attempt.record.coordinator.port = card.port
        if let code = card.exit {
          guard code == 0 else { throw attempt.failure(of: "the coordinator") }
          return false
        }
        return true
      }
      try attempt.checkProcesses()
      guard ContinuousClock.now < deadline else {
        throw Refusal(
          "the coordinator did not listen within \(Self.timeout.components.seconds) s\(attempt.lastWords)"
        )
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits until the twin commits, or has done its day.
  private func wait(
    _ attempt: inout Attempt, _ client: TwinClient, until deadline: ContinuousClock.Instant
  ) async throws -> Outcome {
    var last: TwinStatus?
    while ContinuousClock.now < deadline {
      try Task.checkCancellation()
      if let code = CoordinatorCard.read(directory)?.exit {
        guard code == 0 else { throw attempt.failure(of: "the coordinator") }
        return .finished(attempt.record)
      }
      try attempt.checkProcesses()
      last = try? await client.status(at: attempt.record.coordinator.address!)
      if let last, attempt.isSettled(last) {
        try attempt.record.write(to: directory)
        return attempt.started.isEmpty
          ? .runs(attempt.record) : .started(attempt.record, attempt.started)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    let why =
      last?.stall.first.map { "\($0)" }
      ?? last.map { "it is \($0.phase.rawValue) at tick \($0.committedTick + 1)" }
      ?? "its coordinator does not answer"
    throw Refusal(
      "the twin did not commit a tick within \(Self.timeout.components.seconds) s: \(why)\(attempt.lastWords)",
      code: .unreachable)
  }
}
