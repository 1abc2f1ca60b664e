import ActorCluster
import Distributed
import GridModel
import PowerFlow
import Testing
import TwinStore

@testable import Twin

/// The coordinator holds no load, no generator and no branch.
struct CoordinatorKnowledgeTests {
  @Test("Nothing that a formed and ticking coordinator holds is a part of a segment")
  func holdsNothing() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      let (found, seen) = try await processes.coordinator.locally { coordinator in
        var walk = Walk()
        for property in Mirror(reflecting: coordinator).children {
          // The simulation joins every actor to every other through its network; the store holds
          // what segments encoded.
          guard !["actorSystem", "$distributedActorSystem", "store"].contains(property.label)
          else { continue }
          walk.visit(property.value, path: property.label ?? "?")
        }
        return (walk.found, walk.seen)
      }
      #expect(found == [])
      for part in ["Holding", "NodeCard", "BorderSystem", "BorderPlan"] {
        #expect(seen.contains(part), "The walk goes through the \(part).")
      }
      await processes.shutdown()
    }
  }

  @Test("The same walk finds what a segment holds")
  func walkFinds() throws {
    let segment = try SegmentBench(Grids.cigre).segments[0]
    var walk = Walk()
    walk.visit(segment, path: "segment")
    let kinds = Set(walk.found.compactMap { $0.split(separator: ":").last.map(String.init) })
    #expect(kinds.isSuperset(of: ["Load", "Line", "Topology", "SegmentSlice", "Photovoltaic"]))
  }

  /// Follows every stored property to its end.
  private struct Walk {
    var found: [String] = []
    var seen: Set<String> = []
    private var objects: Set<ObjectIdentifier> = []

    mutating func visit(_ value: Any, path: String) {
      let type = "\(Swift.type(of: value))"
      seen.insert(type)
      if Self.isPartOfSegment(value) { found.append("\(path):\(type)") }
      // An actor is elsewhere: what is here is its name.
      if value is any DistributedActor { return }
      let mirror = Mirror(reflecting: value)
      if mirror.displayStyle == .class {
        guard objects.insert(ObjectIdentifier(value as AnyObject)).inserted else { return }
      }
      for child in mirror.children { visit(child.value, path: "\(path).\(child.label ?? "_")") }
    }

    private static func isPartOfSegment(_ value: Any) -> Bool {
      value is any Asset || value is any BranchElement || value is Topology
        || value is SegmentSlice || value is Network.BranchModel || value is TwinPlan
    }
  }
}
