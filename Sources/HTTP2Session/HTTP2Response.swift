/// A whole response.
public struct HTTP2Response: Sendable, Equatable {
  /// The status, 200 to 599.
  public var status: Int
  public var headers: HTTP2Headers
  public var body: [UInt8]

  public init(status: Int, headers: HTTP2Headers = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
