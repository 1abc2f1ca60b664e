/// A call as a transport carries it.
public struct CallRequest: Sendable {
  /// Who is called, and how.
  public var head: CallHead
  /// A CBOR array of the arguments.
  public var body: [UInt8]

  /// Joins a head and a body.
  public init(head: CallHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}
