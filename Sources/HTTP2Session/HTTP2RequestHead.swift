/// What a request asks for: everything but its body.
public struct HTTP2RequestHead: Sendable, Equatable {
  /// The method in upper case, such as `POST`.
  public var method: String
  /// The path with its query, such as `/v1/actors/7`.
  public var path: String
  public var headers: HTTP2Headers
  /// Whether a body is still to come, as a server sees it; a client's own requests say so by their bodies.
  public package(set) var hasBody = false

  public init(method: String, path: String, headers: HTTP2Headers = [:]) {
    self.method = method
    self.path = path
    self.headers = headers
  }
}
