import TwinIdentity

/// What a process of a twin tells about itself on its port beside calls, and who may read it.
package enum StatusPage: String, Sendable, CaseIterable {
  case metrics = "/metrics"
  case health = "/v1/health"

  package var path: String { rawValue }

  private var readers: Set<TwinRole> {
    switch self {
    // It names every node, and what each does how often.
    case .metrics: [.operator]
    // It tells no more than who is there and whether he is well.
    case .health: Set(TwinRole.allCases)
    }
  }

  /// Whether a peer may read this page.
  ///
  /// - Parameter peer: the URI of its certificate; nil where nobody shows one: in plaintext, which is
  ///   spoken within a machine only.
  package func mayBeRead(by peer: String?) -> Bool {
    guard let peer else { return true }
    return PeerIdentity(uri: peer).map { readers.contains($0.role) } ?? false
  }
}
