import NIOCore

/// Where a session writes, until the handler takes it to the channel.
final class OutputBuffer {
  private var bytes = ByteBuffer()

  func append(_ span: RawSpan) { bytes.writeBytes(span) }

  /// Empties the buffer and returns what was in it.
  ///
  /// The channel keeps what it is given until the socket took it, so the next bytes get storage of
  /// their own: as much as these needed, since a connection's ticks are alike.
  func take() -> ByteBuffer {
    let taken = bytes
    bytes = ByteBuffer()
    bytes.reserveCapacity(taken.readableBytes)
    return taken
  }
}
