/// What a connection has carried since it was made.
public struct HTTP2Counters: Sendable, Equatable {
  /// Bytes handed to the socket.
  public var bytesSent: Int
  /// Bytes that arrived from the socket.
  public var bytesReceived: Int
  /// Requests sent.
  public var requests: Int
}
