/// What a process of a twin tells about itself on its port beside calls; `CallTable` says who may read it.
package enum StatusPage: String, Sendable, CaseIterable {
  case metrics = "/metrics"
  case health = "/v1/health"

  package var path: String { rawValue }
}
