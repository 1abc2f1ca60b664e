/// The actors of one node, by identity.
struct Registry {
  /// The name that `ActorCluster.host` gives to the actor made inside it.
  @TaskLocal static var nameForNextActor: String?

  private var actors: [ActorIdentity: HostedActor] = [:]
  private var reserved: Set<ActorIdentity> = []
  private var unnamed = 0

  subscript(identity: ActorIdentity) -> HostedActor? { actors[identity] }

  var identities: [ActorIdentity] { actors.keys.sorted() }

  /// Claims a name; false when it is taken.
  mutating func reserve(_ identity: ActorIdentity) -> Bool {
    actors[identity] == nil && reserved.insert(identity).inserted
  }

  mutating func release(_ identity: ActorIdentity) { reserved.remove(identity) }

  mutating func insert(_ actor: HostedActor, for identity: ActorIdentity) {
    actors[identity] = actor
  }

  mutating func remove(_ identity: ActorIdentity) -> HostedActor? {
    actors.removeValue(forKey: identity)
  }

  mutating func removeAll() -> [ActorIdentity: HostedActor] {
    defer { actors = [:] }
    return actors
  }

  /// A name for an actor that was made without one.
  mutating func nextName() -> String {
    unnamed += 1
    return "unnamed-\(unnamed)"
  }
}
