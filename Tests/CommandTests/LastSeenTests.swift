import ActorCluster
import Foundation
import HTTP2Connection
import NIOCore
import NIOPosix
import Synchronization
import Testing
import TwinIdentity
import TwinStore

@testable import BusbarCommand
@testable import Twin

extension CommandTests {
  /// Nodes that are looked for where they called from, when their names are not found.
  @Suite("A node whose name is not found")
  struct LastSeenTests {
    @Test("is found where it has called from")
    func found() async throws {
      try await Plant.run { plant in
        try await plant.answererCalls()
        #expect(plant.caller.lastSeen(Answerer.node) == "127.0.0.1")
        let start = ContinuousClock.now
        #expect(try await plant.ask() == -1)
        let waited = ContinuousClock.now - start
        #expect(waited >= .milliseconds(200) && waited < .milliseconds(1_500), "\(waited)")
      }
    }

    @Test("is found as soon as it calls, also by who looks for it already")
    func foundMeanwhile() async throws {
      try await Plant.run { plant in
        let asking = Task { try await plant.ask() }
        try await Task.sleep(for: .milliseconds(500))
        try await plant.answererCalls()
        let called = ContinuousClock.now
        #expect(try await asking.value == -1)
        #expect(ContinuousClock.now - called < .milliseconds(800))
      }
    }

    @Test("is not taken for another at the place where it was said to be")
    func somebodyElse() async throws {
      try await Plant.run { plant in
        let other = try await plant.answerer(as: "other", at: "127.0.0.3")
        plant.caller.connect(node: Answerer.node, at: plant.address, seenAt: "127.0.0.3")
        await #expect(throws: ClusterError.self) { try await plant.ask() }
        // Its name is found slowly: the wrong hint does no harm.
        plant.names.answer("answerer.grid", with: "127.0.0.1", after: .milliseconds(600))
        #expect(try await plant.ask() == -1)
        #expect(other.counters.received.isEmpty)
        await other.shutdown()
      }
    }

    @Test("is looked for by its name first")
    func nameFirst() async throws {
      try await Plant.run { plant in
        let other = try await plant.answerer(as: "other", at: "127.0.0.3")
        plant.caller.connect(node: Answerer.node, at: plant.address, seenAt: "127.0.0.3")
        plant.names.answer("answerer.grid", with: "127.0.0.1")
        #expect(try await plant.ask() == -1)
        #expect(plant.names.questions == 1)
        await other.shutdown()
      }
    }

    @Test("is not looked for elsewhere by who cannot know whom he finds there")
    func plaintext() async throws {
      let cluster = ActorCluster(
        node: "north", twin: "plant", transport: HTTP2Transport(), runtime: PoolRuntime(),
        authority: CallTable())
      cluster.connect(
        node: "south", at: NodeAddress(host: "south.grid", port: 1), seenAt: "127.0.0.1")
      #expect(cluster.lastSeen("south") == nil)
      await cluster.shutdown()
    }

    @Test("is not looked for by another name")
    func numbersOnly() async throws {
      try await Plant.run { plant in
        plant.caller.connect(node: Answerer.node, at: plant.address, seenAt: "evil.example")
        #expect(plant.caller.lastSeen(Answerer.node) == nil)
      }
    }
  }
}

/// An actor at 127.0.0.1 that says it is at `answerer.grid`, and somebody who calls it.
private struct Plant {
  let enrolment: TemporaryEnrolment
  let names = FewNames()
  let caller: ActorCluster
  let callerPort: Int
  private let answering: ActorCluster
  private let port: Int

  var address: NodeAddress { NodeAddress(host: "answerer.grid", port: port) }

  static func run(_ body: (Plant) async throws -> Void) async throws {
    let plant = try await Plant()
    do { try await body(plant) } catch { Issue.record(error) }
    await plant.caller.shutdown()
    await plant.answering.shutdown()
    plant.enrolment.remove()
  }

  private init() async throws {
    enrolment = try TemporaryEnrolment(twin: CallsBenchCommand.twin)
    let identity = try ProcessIdentity.lasting(enrolment.folder(of: Answerer.caller.rawValue))
    let transport = HTTP2Transport(
      on: SharedLoop.group, resolver: names, security: identity.transport)
    caller = ActorCluster(
      node: Answerer.caller, twin: CallsBenchCommand.twin, transport: transport,
      runtime: PoolRuntime(), authority: Answerer.Authority())
    try await caller.start()
    callerPort = transport.address!.port
    let (cluster, port) = try await Self.answerer(
      enrolment, as: Answerer.node.rawValue, at: "127.0.0.1", port: 0)
    (answering, self.port) = (cluster, port)
    caller.connect(node: Answerer.node, at: address)
  }

  private static func answerer(
    _ enrolment: TemporaryEnrolment, as name: String, at host: String, port: Int
  ) async throws -> (ActorCluster, Int) {
    let identity = try ProcessIdentity.lasting(enrolment.folder(of: name))
    let transport = HTTP2Transport(host: host, port: port, security: identity.transport)
    let cluster = ActorCluster(
      node: NodeName(name), twin: CallsBenchCommand.twin, transport: transport,
      runtime: PoolRuntime(), authority: Answerer.Authority())
    try await cluster.start()
    _ = try cluster.host(Answerer.name) { Answerer(actorSystem: $0) }
    return (cluster, transport.address!.port)
  }

  /// Another process with a good certificate, at the same port.
  func answerer(as name: String, at host: String) async throws -> ActorCluster {
    try await Self.answerer(enrolment, as: name, at: host, port: port).0
  }

  /// Lets the answerer connect to the caller, which is how it is seen.
  func answererCalls() async throws {
    let identity = try ProcessIdentity.lasting(enrolment.folder(of: Answerer.node.rawValue))
    let connection = try await HTTP2ClientConnection.connect(
      host: "127.0.0.1", port: callerPort, on: SharedLoop.group, tls: identity.transport.tls,
      expecting: identity.transport.name(Answerer.caller))
    await connection.close()
  }

  func ask() async throws -> Double {
    let answerer = try Answerer.resolve(
      id: ActorIdentity(kind: Answerer.kind, name: Answerer.name, on: Answerer.node),
      using: caller)
    return try await ActorCluster.withDeadline(.seconds(4)) { try await answerer.answer(1) }
  }
}

/// A name server that knows few names and is silent about all others, as one that cannot be reached.
final class FewNames: Resolver, Sendable {
  private struct State {
    var known: [String: (address: String, delay: TimeAmount)] = [:]
    var questions = 0
    var unanswered: [EventLoopPromise<[SocketAddress]>] = []
  }

  private let state = Mutex(State())

  deinit { cancelQueries() }

  func answer(_ name: String, with address: String, after delay: Duration = .zero) {
    state.withLock { $0.known[name] = (address, TimeAmount(delay)) }
  }

  /// From now on nobody is found.
  func fallSilent() { state.withLock { $0.known = [:] } }

  var questions: Int { state.withLock { $0.questions } }

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    let loop = SharedLoop.group.next()
    let promise = loop.makePromise(of: [SocketAddress].self)
    let known = state.withLock { state in
      state.questions += 1
      let known = state.known[host]
      if known == nil { state.unanswered.append(promise) }
      return known
    }
    if let known {
      loop.scheduleTask(in: known.delay) {
        promise.completeWith(
          Result { [try SocketAddress(ipAddress: known.address, port: port)] })
      }
    }
    return promise.futureResult
  }

  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    SharedLoop.group.next().makeSucceededFuture([])
  }

  /// Called when somebody has waited for long enough.
  func cancelQueries() {
    let unanswered = state.withLock { state in
      defer { state.unanswered = [] }
      return state.unanswered
    }
    for promise in unanswered { promise.fail(CancellationError()) }
  }
}
