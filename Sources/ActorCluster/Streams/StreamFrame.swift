/// One piece of what is said on a stream.
///
///     uint32 length of the payload | uint8 kind | payload          numbers are big endian
///
///     1 item     uint64 number | uint32 age in ms | what the publisher says
///     2 credit   uint32: so many more items may come (subscriber)
///     3 gap      uint64: so many items are gone, which the subscriber did not fetch in time
///     4 quiet    nothing was said for a while, and the publisher lives
public enum StreamFrame: Sendable, Equatable {
  case item(StreamItem)
  case credit(UInt32)
  case gap(Int64)
  case quiet

  /// The largest payload: an item is a message and no file.
  public static let payloadBytes = 256 * 1024

  enum Kind: UInt8 {
    case item = 1
    case credit, gap, quiet
  }

  static let headBytes = 5
  static let itemHeadBytes = 12

  /// Adds the frame to what is sent.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .item(let item):
      Self.appendHead(.item, payload: Self.itemHeadBytes + item.payload.count, to: &bytes)
      Self.append(UInt64(item.number), to: &bytes)
      Self.append(item.age_ms, to: &bytes)
      bytes.append(contentsOf: item.payload)
    case .credit(let count):
      Self.appendHead(.credit, payload: 4, to: &bytes)
      Self.append(count, to: &bytes)
    case .gap(let count):
      Self.appendHead(.gap, payload: 8, to: &bytes)
      Self.append(UInt64(count), to: &bytes)
    case .quiet: Self.appendHead(.quiet, payload: 0, to: &bytes)
    }
  }

  private static func appendHead(_ kind: Kind, payload count: Int, to bytes: inout [UInt8]) {
    append(UInt32(count), to: &bytes)
    bytes.append(kind.rawValue)
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Something that a publisher said.
public struct StreamItem: Sendable, Equatable {
  /// Items are counted from 1.
  public var number: Int64
  /// How long ago it was said: clocks of two machines need not agree. Ends at 49 days.
  public var age_ms: UInt32
  public var payload: ArraySlice<UInt8>

  public init(number: Int64, age_ms: UInt32 = 0, payload: ArraySlice<UInt8>) {
    self.number = number
    self.age_ms = age_ms
    self.payload = payload
  }
}

/// What a peer said that is no frame, or none that belongs there.
public enum StreamFault: Error, Sendable, Equatable, CustomStringConvertible {
  case tooLong(Int)
  case unknownKind(UInt8)
  case misshapen
  /// A frame that only the other side sends.
  case unexpected
  /// Items are missing, and no gap told of them.
  case hole(after: Int64, before: Int64)

  public var description: String {
    switch self {
    case .tooLong(let count): "A frame of \(count) bytes is longer than allowed."
    case .unknownKind(let kind): "There is no frame of kind \(kind)."
    case .misshapen: "A frame is shorter or longer than its kind."
    case .unexpected: "Only the other side sends such frames."
    case .hole(let after, let before): "Item \(before) followed item \(after)."
    }
  }
}
