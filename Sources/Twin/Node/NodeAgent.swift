import ActorCluster
import Distributed
import GridModel
import PowerFlow
import TwinIdentity

/// The actor that speaks for a node: it answers heartbeats, hosts segments when the coordinator asks
/// for it, and lets go of those that are not its own any more.
distributed actor NodeAgent: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "node"
  static let name = "agent"
  static let targets = TargetTable<NodeAgent> {
    Target("heartbeat()", era: .any) { actor in try await actor.heartbeat() }
    Target("enter(era:owning:reign:)", era: .raises) { actor, era, segments, reign in
      try await actor.enter(era: era, owning: segments, reign: reign)
    }
    Target("host(_:)") { actor, part in try await actor.host(part) }
    Target("traffic()", era: .any) { actor in try await actor.traffic() }
    Target("deny(_:)", era: .any) { actor, list in try await actor.deny(list) }
    Target("look()", era: .any) { actor in try await actor.look() }
    Target("leave()", era: .raises) { actor in try await actor.leave() }
  }

  private let onLeave: LeaveAction
  private let onDenyList: DenyListAction
  private let waits = WaitBoard()
  var watch: CoordinatorWatch
  /// Of the coordinator that it serves; `nil` before the first.
  private var reign: Int64?
  private var slices: SliceCollector
  private var hosted: [SegmentPlan.ID: Hosted] = [:]
  /// How each segment came out of the last shadow tick.
  private var shadows: [SegmentPlan.ID: ShadowView] = [:]

  /// What happens when the coordinator sends the node home.
  struct LeaveAction: Sendable {
    let run: @Sendable () -> Void
  }

  /// What happens when the coordinator tells who is revoked.
  struct DenyListAction: Sendable {
    let run: @Sendable (SignedDenyList) -> Void
  }

  /// A segment that lives here.
  private struct Hosted {
    var actor: Segment
    /// In which it was brought here: a message that comes twice brings it once.
    var era: Int64
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  init(
    actorSystem: ActorCluster, slices: SliceShelf, onLeave: LeaveAction, onDenyList: DenyListAction
  ) {
    self.slices = SliceCollector(slices)
    watch = CoordinatorWatch(at: actorSystem.now)
    self.actorSystem = actorSystem
    self.onLeave = onLeave
    self.onDenyList = onDenyList
  }

  /// Where the agent of a node is.
  static func identity(on node: NodeName) -> ActorIdentity {
    ActorIdentity(kind: kind, name: name, on: node)
  }

  /// Answers the coordinator, who wants to know whether the node lives.
  distributed func heartbeat() -> Pulse {
    watch.heard(at: actorSystem.now)
    return Pulse(
      era: actorSystem.era, waits: waits.all(at: actorSystem.now),
      refusedCalls: actorSystem.refusedCalls, refusedConnections: actorSystem.refusedConnections)
  }

  /// Moves the node to a new era: the one in the request's head, which the cluster has adopted.
  /// Segments that it does not own in this era are let go, and under another coordinator's reign all
  /// that it got before.
  distributed func enter(era: Int64, owning segments: [SegmentPlan.ID], reign: Int64) throws {
    try check(era)
    watch.heard(at: actorSystem.now)
    let own = reign == self.reign ? Set(segments) : []
    self.reign = reign
    for segment in hosted.keys.sorted() where !own.contains(segment) { release(segment) }
  }

  /// Takes a part of a segment's slice; with the last one it hosts the segment.
  ///
  /// - Returns: the segment's structure, once it is hosted.
  distributed func host(_ part: SlicePart) async throws -> NetworkStructure? {
    let era = actorSystem.era
    if let there = hosted[part.segment], there.era == era {
      return await structure(of: there.actor)
    }
    guard let slice = try slices.take(part) else { return nil }
    release(slice.segment)
    let waits = waits
    let segment = try actorSystem.host(slice.segment.text) {
      try Segment(slice: slice, waits: waits, actorSystem: $0)
    }
    hosted[slice.segment] = Hosted(actor: segment, era: era)
    return await structure(of: segment)
  }

  /// What this node has put on the wire.
  distributed func traffic() -> NodeTraffic { NodeTraffic(actorSystem) }

  /// Takes the newest deny list; whether it is the issuer's, its reader checks.
  distributed func deny(_ list: SignedDenyList) { onDenyList.run(list) }

  /// Sends the node home; a coordinator of an older era has no say any more.
  distributed func leave() { onLeave.run() }

  /// Shows the node to whoever asks it directly.
  distributed func look() async -> NodeView {
    var segments: [ShadowView] = []
    for (name, segment) in hosted.sorted(by: { $0.key < $1.key }) {
      if let shadow = shadows[name] {
        segments.append(shadow)
      } else if let view = await segment.actor.whenLocal({ $0.committedView() }) {
        segments.append(view)
      }
    }
    return NodeView(
      node: actorSystem.node, era: actorSystem.era,
      coordinatorSilence_ms: watch.silence(at: actorSystem.now).milliseconds, segments: segments)
  }

  // MARK: Without a coordinator

  /// What the silence of the coordinator asks for.
  func due() -> [CoordinatorWatch.Action] {
    let due = watch.tick(at: actorSystem.now)
    if !watch.isOrphaned { shadows = [:] }
    return due
  }

  /// How long nothing new is due.
  var nextLook: Duration { watch.nextLook(at: actorSystem.now) }

  /// Whether it announces itself again and again.
  var isAsking: Bool { watch.isAsking }

  /// The connection to the coordinator broke.
  func lostConnection() { watch.lostConnection(at: actorSystem.now) }

  /// Lets every segment run a tick by itself, and then compare itself with its neighbours.
  func runShadowTicks() async {
    let segments = hosted.sorted { $0.key < $1.key }.map { ($0.key, $0.value.actor) }
    for (_, segment) in segments { _ = await segment.whenLocal { $0.runShadowTick() } }
    for (name, segment) in segments {
      let view = await ActorCluster.onOwnBehalf(of: segment.id) {
        await segment.whenLocal { await $0.shadowView() }
      }
      guard watch.isOrphaned else { return }
      shadows[name] = view
    }
  }

  private func release(_ segment: SegmentPlan.ID) {
    guard hosted.removeValue(forKey: segment) != nil else { return }
    actorSystem.remove(ActorIdentity(kind: Segment.kind, name: segment.text, on: actorSystem.node))
  }

  private func structure(of segment: Segment) async -> NetworkStructure? {
    await segment.whenLocal { $0.structure() }
  }

  private func check(_ era: Int64) throws(SegmentError) {
    let current = actorSystem.era
    guard era == current else { throw .staleEra(given: era, current: current) }
  }
}
