import ActorCluster
import ArgumentParser
import Foundation
import Observability

struct CallsBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calls",
    abstract: "Time calls between actors of two processes.",
    discussion: """
      A child process hosts an actor that takes a number and returns one. This
      process calls it over HTTP/2 on loopback: first one call after the other,
      then with many in flight on the one connection. Each call has a deadline,
      can be cancelled, is authorised, and is counted at both ends; the connection
      is mutual TLS 1.3. The memory of both is told after a tenth, half and all of
      the calls.

      Examples:
        busbar bench calls
        busbar bench calls --calls 200000 --in-flight 100 -o json
        busbar bench calls --plaintext
      """)

  static let twin = "bench"

  @Option(help: "How many calls to make with many in flight; a tenth is made one by one.")
  var calls = 100_000

  @Option(help: "How many calls are in flight at once.")
  var inFlight = 100

  @Flag(help: "Without TLS.")
  var plaintext = false

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  /// Calls before the first that is timed: connections open and memory warms up.
  private static let warmUp = 500
  private static let maximumCalls = 100_000_000
  private static let maximumInFlight = 10_000

  func validate() throws {
    guard (1...Self.maximumCalls).contains(calls) else {
      throw ValidationError("--calls takes a number from 1 to \(Self.maximumCalls).")
    }
    guard (1...Self.maximumInFlight).contains(inFlight) else {
      throw ValidationError("--in-flight takes a number from 1 to \(Self.maximumInFlight).")
    }
  }

  func run() async throws {
    let enrolment = plaintext ? nil : try TemporaryEnrolment(twin: Self.twin)
    defer { enrolment?.remove() }
    let identity = try enrolment.map {
      try ProcessIdentity.lasting($0.folder(of: Answerer.caller.rawValue))
    }
    let answering = try AnsweringProcess(
      identity: enrolment?.folder(of: Answerer.node.rawValue).folder.path)
    defer { answering.end() }
    let cluster = ActorCluster(
      node: Answerer.caller, twin: Self.twin,
      transport: HTTP2Transport(security: identity?.transport),
      runtime: PoolRuntime(),
      authority: Answerer.Authority(), metrics: PrometheusMetrics(Measure.calls))
    try await cluster.start()
    cluster.connect(node: Answerer.node, at: answering.address)
    let answerer = try Answerer.resolve(
      id: ActorIdentity(kind: Answerer.kind, name: Answerer.name, on: Answerer.node),
      using: cluster)
    let (result, wasInterrupted) = await Interruptible.run {
      try await withTaskExecutorPreference(SharedLoop.executor) {
        try await measure(answerer, answering)
      }
    }
    await cluster.shutdown()
    if wasInterrupted { throw ExitCode.interrupted }
    let timing = try result.get()
    switch output {
    case .table: for line in timing.lines { printData(line) }
    case .json: printData(timing.json.text)
    }
  }

  private func measure(
    _ answerer: Answerer, _ answering: AnsweringProcess
  ) async throws -> CallTiming {
    for _ in 0..<Self.warmUp { _ = try await answerer.answer(1) }
    let oneByOne = max(1, calls / 10)
    let first = BenchClocks(answering)
    var times_us: [Double] = []
    times_us.reserveCapacity(oneByOne)
    for _ in 0..<oneByOne {
      let sent = ContinuousClock.now
      _ = try await answerer.answer(1)
      times_us.append((ContinuousClock.now - sent).milliseconds * 1_000)
    }
    let second = BenchClocks(answering)
    var memory: [CallTiming.Memory] = []
    for target in Set([calls / 10, calls / 2, calls]).sorted() where target > 0 {
      try await call(answerer, times: target - (memory.last?.calls ?? 0))
      memory.append(
        CallTiming.Memory(
          calls: target, caller_kB: ResidentMemory.own, answerer_kB: answering.residentMemory_kB))
    }
    return CallTiming(
      isEncrypted: !plaintext, inFlight: inFlight, times_us: times_us, oneByOne: second - first,
      calls: calls, together: BenchClocks(answering) - second, memory: memory)
  }

  /// Keeps as many calls in flight as asked for.
  private func call(_ answerer: Answerer, times: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<inFlight {
        let share = times / inFlight + (part < times % inFlight ? 1 : 0)
        group.addTask {
          for _ in 0..<share { _ = try await answerer.answer(1) }
        }
      }
      try await group.waitForAll()
    }
  }
}
