import ActorCluster
import Distributed
import WireCodec

/// An actor with one method of every shape.
distributed actor Valve: ClusterActor {
  typealias ActorSystem = ActorCluster

  static let kind = "valve"
  static let targets = TargetTable<Valve> {
    Target("turn(by:)") { valve, angle in try await valve.turn(by: angle) }
    Target("close()") { valve in try await valve.close() }
    Target("blend(_:with:shares:)") { valve, one, other, shares in
      try await valve.blend(one, with: other, shares: shares)
    }
    Target("rating()") { valve in try await valve.rating() }
    Target("burst(at:)") { valve, pressure in try await valve.burst(at: pressure) }
    Target("stick()") { valve in try await valve.stick() }
    Target("wait(milliseconds:)") { valve, time in try await valve.wait(milliseconds: time) }
    Target("wait(for:milliseconds:)") { valve, other, time in
      try await valve.wait(for: other, milliseconds: time)
    }
    Target("turn(_:by:)") { valve, other, angle in try await valve.turn(other, by: angle) }
    Target("status()", era: .any) { valve in try await valve.status() }
    Target("begin()", era: .raises) { valve in try await valve.begin() }
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { actorSystem.executor(for: id) }

  struct Burst: Error, Codable, WireCodable, Equatable {
    var pressure: Double
  }

  struct Rating: Codable, WireCodable, Equatable {
    var name: String
    var limits: [Double]
    var remark: String?
  }

  struct Stuck: Error {}

  private var angle = 0.0
  private(set) var callCount = 0
  private(set) var cancelledCount = 0

  distributed func turn(by step: Double) -> Double {
    callCount += 1
    angle += step
    return angle
  }

  distributed func close() {
    callCount += 1
    angle = 0
  }

  distributed func blend(
    _ one: [Double], with other: [Double], shares: [String: Double]?
  ) -> [Double] {
    let share = shares?["one"] ?? 0.5
    return zip(one, other).map { $0 * share + $1 * (1 - share) }
  }

  distributed func rating() -> Rating { Rating(name: "PN 16", limits: [0, 16], remark: nil) }

  distributed func burst(at pressure: Double) throws { throw Burst(pressure: pressure) }

  distributed func stick() throws { throw Stuck() }

  distributed func wait(milliseconds: Int) async throws {
    callCount += 1
    do {
      try await actorSystem.sleep(for: .milliseconds(milliseconds))
    } catch {
      cancelledCount += 1
      throw error
    }
  }

  /// Waits for another valve, which is cancelled with this one.
  distributed func wait(for other: ActorIdentity, milliseconds: Int) async throws {
    callCount += 1
    defer { cancelledCount += 1 }
    try await Valve.resolve(id: other, using: actorSystem).wait(milliseconds: milliseconds)
  }

  /// Whether every wait that began was cancelled.
  nonisolated var waitsHaveEnded: Bool {
    get async { await whenLocal { $0.callCount == $0.cancelledCount } ?? false }
  }

  /// Calls another valve from within a call.
  distributed func turn(_ other: ActorIdentity, by angle: Double) async throws -> Double {
    try await Valve.resolve(id: other, using: actorSystem).turn(by: angle)
  }

  distributed func status() -> Int64 { actorSystem.era }

  distributed func begin() -> Int64 { actorSystem.era }
}

/// An actor of another type, with a method that a valve lacks.
distributed actor Boiler: ClusterActor {
  typealias ActorSystem = ActorCluster

  static let kind = "boiler"
  static let targets = TargetTable<Boiler> {
    Target("ignite()") { boiler in try await boiler.ignite() }
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { actorSystem.executor(for: id) }

  private(set) var isLit = false

  distributed func ignite() -> Bool {
    isLit = true
    return isLit
  }
}
