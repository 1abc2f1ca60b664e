/// An actor of this node with its table, whatever its type.
struct HostedActor: Sendable {
  /// A target with its actor filled in.
  struct Method: Sendable {
    let era: EraRule
    let run: @Sendable ([UInt8]) async throws -> [UInt8]
  }

  let actor: any ClusterActor
  private let lookup: @Sendable (String) -> Method?

  init(_ actor: some ClusterActor) {
    self.actor = actor
    lookup = Self.makeLookup(actor)
  }

  func method(_ name: String) -> Method? { lookup(name) }

  private static func makeLookup<Act: ClusterActor>(
    _ actor: Act
  ) -> @Sendable (String) -> Method? {
    let table = Act.targets
    return { name in
      table[name].map { target in
        Method(era: target.era) { body in try await target.run(actor, body) }
      }
    }
  }
}
