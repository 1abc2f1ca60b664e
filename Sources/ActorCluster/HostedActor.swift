/// An actor of this node with its table, whatever its type.
struct HostedActor: Sendable {
  /// A target with its actor filled in.
  struct Method: Sendable {
    let era: EraRule
    let tally: CallTally
    let run: @Sendable ([UInt8]) async throws -> [UInt8]
  }

  let actor: any ClusterActor
  private let methods: [String: Method]

  init(_ actor: some ClusterActor, _ metrics: CallMetrics) {
    self.actor = actor
    methods = Self.makeMethods(actor, metrics)
  }

  func method(_ name: String) -> Method? { methods[name] }

  private static func makeMethods<Act: ClusterActor>(
    _ actor: Act, _ metrics: CallMetrics
  ) -> [String: Method] {
    Act.targets.all.mapValues { target in
      let call = CallCounters.Key(kind: Act.kind, target: target.name)
      return Method(era: target.era, tally: metrics.tally(.served, call)) { body in
        try await target.run(actor, body)
      }
    }
  }
}
