/// A whole request.
public struct HTTP2Request: Sendable, Equatable {
  public var head: HTTP2RequestHead
  public var body: [UInt8]

  public init(head: HTTP2RequestHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}
