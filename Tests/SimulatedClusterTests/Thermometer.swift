import ActorCluster
import Distributed
import WireCodec

/// A distributed actor that does a little of everything.
distributed actor Thermometer: ClusterActor {
  typealias ActorSystem = ActorCluster

  static let kind = "thermometer"
  static let targets = TargetTable<Thermometer> {
    Target("read()") { actor in try await actor.read() }
    Target("add(_:)") { actor, step in try await actor.add(step) }
    Target("average(of:weights:)") { actor, values, weights in
      try await actor.average(of: values, weights: weights)
    }
    Target("nap(milliseconds:)") { actor, milliseconds in
      try await actor.nap(milliseconds: milliseconds)
    }
    Target("overheat(at:)") { actor, limit in try await actor.overheat(at: limit) }
    Target("status()", era: .any) { actor in try await actor.status() }
    Target("begin(era:)", era: .raises) { actor, era in try await actor.begin(era: era) }
    Target("askNeighbours(_:rounds:)") { actor, neighbours, rounds in
      try await actor.askNeighbours(neighbours, rounds: rounds)
    }
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { actorSystem.executor(for: id) }

  struct Overheated: Error, WireCodable, Codable, Equatable {
    var limit: Double
  }

  private var degrees = 20.0
  private(set) var callCount = 0
  private(set) var napsCancelled = 0

  distributed func read() -> Double { degrees }

  distributed func add(_ step: Double) -> Double {
    callCount += 1
    degrees += step
    return degrees
  }

  distributed func average(of values: [Double], weights: [Double]?) -> Double {
    let weights = weights ?? values.map { _ in 1 }
    return zip(values, weights).map(*).reduce(0, +) / weights.reduce(0, +)
  }

  distributed func nap(milliseconds: Int) async throws {
    callCount += 1
    do {
      try await actorSystem.sleep(for: .milliseconds(milliseconds))
    } catch {
      napsCancelled += 1
      throw error
    }
  }

  distributed func overheat(at limit: Double) throws { throw Overheated(limit: limit) }

  distributed func status() -> String { "fine at era \(actorSystem.era)" }

  distributed func begin(era: Int64) -> Int64 { actorSystem.era }

  /// Adds one to each neighbour again and again, in several ways at once.
  distributed func askNeighbours(_ neighbours: [ActorIdentity], rounds: Int) async throws -> Double
  {
    var total = 0.0
    for round in 0..<rounds {
      total += try await withThrowingTaskGroup(of: Double.self) { group in
        for neighbour in neighbours {
          group.addTask { [actorSystem] in
            try await Thermometer.resolve(id: neighbour, using: actorSystem).add(1)
          }
        }
        var sum = 0.0
        while let degrees = try await group.next() { sum += degrees }
        return sum
      }
      async let first = Thermometer.resolve(id: neighbours[0], using: actorSystem).read()
      async let nap: Void = actorSystem.sleep(for: .milliseconds(round + 1))
      total += try await first
      try await nap
    }
    return total
  }
}
