import NIOCore

extension ChannelOptions.Types.WriteBufferWaterMark {
  /// A channel is full with one write of ours and takes the next when half is out.
  static let busbar = Self(
    low: HTTP2ConnectionHandler.writeBytes / 2, high: HTTP2ConnectionHandler.writeBytes)
}
