import ActorCluster
import Distributed
import GridModel
import PowerFlow
import TwinStore

/// Ticks: each is tried until it is committed, and whatever goes wrong on the way leaves no trace.
extension Coordinator {
  /// The tick that comes next.
  package func nextTick() throws(TwinFailure) -> Int64 {
    do { return (try store.lastCommit()?.tick ?? -1) + 1 } catch { throw .store(error) }
  }

  /// Runs the next tick until it is committed. Segments of lost nodes move on the way, and segments
  /// whose home is back move home before it.
  package func tick() async throws(TwinFailure) -> TickReport {
    let tick = try nextTick()
    return try await repeating(tick) { [self] in try await run(tick) }
  }

  private func run(_ tick: Int64) async throws -> TickReport {
    if !isInOrder { try await settle() }
    return try await attempt(tick)
  }

  /// Asks every segment, once all are where they should be.
  func everyoneInOrder<Answer: Sendable>(
    _ what: String, _ call: @escaping @Sendable (Segment) async throws -> Answer
  ) async throws -> [Answer] {
    if !isInOrder { try await settle() }
    return try await everyone(what) { _, segment in try await call(segment) }
  }

  /// All ticks are committed.
  package func finish() {
    isFinished = true
    tell(.finished, "the last tick, \((try? nextTick()).map { $0 - 1 } ?? -1), is committed")
  }

  /// Repeats work on a tick until it succeeds.
  ///
  /// - Throws: `lost` when no node is left for longer than the settings allow, `gaveUp` when it
  ///   fails again and again although every node answers, `store` and `noSolution` at once.
  func repeating<Success: Sendable>(
    _ tick: Int64, _ work: @escaping @Sendable () async throws -> Success
  ) async throws(TwinFailure) -> Success {
    progress.begin(tick, at: actorSystem.now)
    defer {
      progress.end()
      lookForStall()
    }
    var failures = 0
    var pause = Self.attemptPauses.first
    // What it meant to wait for any node: the time in which this process itself stood still is none.
    var alone = Duration.zero
    while true {
      let why: any Error
      do {
        return try await untilLoss(work)
      } catch let failure as TwinFailure {
        throw failure
      } catch let error as StoreError {
        throw .store(error)
      } catch {
        why = error
      }
      guard !Task.isCancelled else { throw .interrupted(tick: tick) }
      ledger.isSettled = false
      progress.lastFailure = "\(why)"
      let trouble = Trouble(why)
      if trouble != .noNode { alone = .zero }
      switch trouble {
      case .noNode:
        if let patience = settings.patience, alone >= patience {
          throw .lost(lostOwners, tick: tick)
        }
        alone += pause
      case .loss:
        tell(.tickRepeated, "tick \(tick) is repeated: an owner was lost")
        // The survivors are ready; nothing is gained by waiting.
        continue
      case .network(let node):
        if let node { suspect(node) }
        tell(.tickRepeated, "tick \(tick) is repeated: \(why)")
      case .refusal:
        failures += 1
        guard failures < Self.attemptsPerTick else {
          throw .gaveUp(tick: tick, attempts: failures, why: "\(why)")
        }
        // A segment that does not play along is made anew.
        ledger.distrustAll()
        tell(.tickRepeated, "tick \(tick) is repeated: \(why)")
      }
      try? await actorSystem.sleep(for: pause)
      pause = min(pause * 2, Self.attemptPauses.last)
    }
  }

  /// Runs work that is given up at once when a node that owns a segment is lost.
  private func untilLoss<Success: Sendable>(
    _ work: @escaping @Sendable () async throws -> Success
  ) async throws -> Success {
    let loss = OneShot<Void, CancellationError>()
    self.loss = loss
    defer { self.loss = nil }
    return try await withThrowingTaskGroup(of: Success?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await loss.value { CancellationError() }
        return nil
      }
      let first = await group.nextResult()!
      group.cancelAll()
      // A tick that was committed while the loss was told is committed.
      let second = await group.nextResult()!
      for result in [first, second] {
        if case .success(let success?) = result { return success }
      }
      guard case .failure(let error) = first else { throw OwnerLost() }
      throw error
    }
  }

  /// Who owned segments last and is not there.
  private var lostOwners: [TwinFailure.LostNode] {
    Set(ledger.owners.compactMap { $0 }).sorted().map {
      TwinFailure.LostNode(node: $0, segments: ledger.segments(of: $0))
    }
  }

  private func attempt(_ tick: Int64) async throws -> TickReport {
    guard let border, let charter else { preconditionFailure("A twin forms before it ticks.") }
    let start = actorSystem.now
    let before = actorSystem.bodyBytes
    let moment = Moment(era: actorSystem.era, tick: tick)
    if charter.balances {
      _ = try await everyone("its set-points") { _, segment in try await segment.balance(moment) }
    }
    let balanced = actorSystem.now
    let stamp = border.begin(era: moment.era, tick: tick)
    var blocks = try await everyone("its first round") { _, segment in
      try await segment.begin(stamp)
    }
    var roundTrips = 1
    var iterations: [Int]?
    while iterations == nil {
      switch try border.judge(blocks) {
      case .solved(let count, _): iterations = count
      case .failed(let failure): throw TwinFailure.noSolution(failure, tick: tick)
      case .step(let steps):
        blocks = try await everyone("round \(roundTrips + 1)") { position, segment in
          try await segment.advance(by: steps[position])
        }
        roundTrips += 1
      }
    }
    let joint = JointRounds(
      duration: actorSystem.now - balanced, calls: roundTrips * charter.parts.count,
      bytes: actorSystem.bodyBytes - before,
      borderUnknowns: border.unknownCount)
    let conclusions = try await everyone("its conclusion") { _, segment in
      try await segment.conclude(moment)
    }
    let states = zip(charter.segments, conclusions).map { segment, conclusion in
      SegmentRecord(segment: segment.text, state: conclusion.state)
    }
    var report = TickReport(
      tick: tick, time: charter.time.time(of: tick), era: moment.era,
      segments: conclusions.map(\.report), states: states, iterations: iterations!,
      roundTrips: roundTrips)
    let commitStart = actorSystem.now
    try store.commit(Commit(tick: tick, states: states), era: moment.era)
    metrics.commitDuration.record(duration: actorSystem.now - commitStart)
    // From here on the tick is committed. A segment that misses the word gets its state back in the
    // next era.
    do {
      let equivalents = equivalents(from: blocks)
      _ = try await everyone("its commit") { position, segment in
        try await segment.commit(moment, equivalent: equivalents[position])
      }
    } catch {
      ledger.isSettled = false
    }
    report.duration = actorSystem.now - start
    report.joint = joint
    metrics.ticksCommitted.increment()
    metrics.tickDuration.record(duration: report.duration)
    metrics.jointRounds.record(roundTrips)
    figures = TickFigures(report)
    return report
  }
}

extension Coordinator {
  /// What each segment needs to go on for a while without a coordinator; with every commit of a
  /// paced twin, and now and then when ticks follow each other faster than anyone could miss them.
  private func equivalents(from blocks: [BorderBlock]) -> [BorderEquivalent?] {
    let now = actorSystem.now
    guard now >= nextEquivalents, let equivalentMaker else {
      return [BorderEquivalent?](repeating: nil, count: blocks.count)
    }
    nextEquivalents = now + Self.equivalentInterval
    return equivalentMaker.make(from: blocks)
  }
}

/// An owner was lost while it was waited for.
private struct OwnerLost: Error {}

/// What kind of trouble an attempt had, which decides what comes next.
private enum Trouble: Equatable {
  case noNode
  /// The detector has found an owner lost.
  case loss
  /// A message did not get through; the detector finds out whether a node is to blame.
  case network(NodeName?)
  /// Everybody answers, and somebody refuses.
  case refusal

  init(_ error: any Error) {
    switch error {
    case is NoNodeLeft: self = .noNode
    case is OwnerLost: self = .loss
    case let error as ClusterError: self.init(error)
    default: self = .refusal
    }
  }

  private init(_ error: ClusterError) {
    switch error {
    case .deadlineExceeded(let actor, _): self = .network(actor.node)
    case .connectionLost(let node, _), .unreachable(let node, _), .overloaded(let node):
      self = .network(node)
    case .cancelled: self = .network(nil)
    case .remote(let failure):
      switch failure.decoded(as: SegmentError.self) {
      case .neighbourSilent, .abandoned: self = .network(nil)
      default: self = .refusal
      }
    case .noSuchActor, .unauthorised, .staleEra, .wrongTwin, .moved, .protocolViolation,
      .nameTaken:
      self = .refusal
    }
  }
}
