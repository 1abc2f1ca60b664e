import NIOCore

/// Where a session writes, until the handler takes it to the channel.
final class OutputBuffer {
  private var bytes = ByteBuffer()

  func append(_ span: RawSpan) { bytes.writeBytes(span) }

  /// Empties the buffer and returns what was in it.
  func take() -> ByteBuffer {
    defer { bytes = ByteBuffer() }
    return bytes
  }
}
