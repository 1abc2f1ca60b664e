/// The reason that ends a stream or a connection, as HTTP/2 numbers it.
///
/// Source: RFC 9113, section 7.
public struct HTTP2ErrorCode: RawRepresentable, Sendable, Hashable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let noError = HTTP2ErrorCode(rawValue: 0x0)
  public static let protocolError = HTTP2ErrorCode(rawValue: 0x1)
  public static let internalError = HTTP2ErrorCode(rawValue: 0x2)
  public static let streamClosed = HTTP2ErrorCode(rawValue: 0x5)
  public static let refusedStream = HTTP2ErrorCode(rawValue: 0x7)
  public static let cancel = HTTP2ErrorCode(rawValue: 0x8)
  public static let enhanceYourCalm = HTTP2ErrorCode(rawValue: 0xb)
}
