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

  @OptionGroup var path: BenchPath

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
    let pair = try BenchPair(isEncrypted: !path.plaintext)
    defer { pair.remove() }
    let answering = try AnsweringProcess(identity: pair.answererFolder)
    defer { answering.end() }
    let cluster = ActorCluster(
      node: Answerer.caller, twin: Self.twin,
      transport: HTTP2Transport(security: pair.caller?.transport),
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
    path.output.print(try result.get())
  }

  private func measure(
    _ answerer: Answerer, _ answering: AnsweringProcess
  ) async throws -> CallTiming {
    var memory: [CallTiming.Memory] = []
    let made = try await RoundTrips(
      calls, inFlight: inFlight, with: answering, stops: [calls / 10, calls / 2],
      atStop: {
        memory.append(
          CallTiming.Memory(
            calls: $0, caller_kB: ResidentMemory.own, answerer_kB: answering.residentMemory_kB))
      },
      { _ = try await answerer.answer(1) })
    return CallTiming(isEncrypted: !path.plaintext, calls: made, memory: memory)
  }
}
