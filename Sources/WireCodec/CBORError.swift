/// Why bytes could not be read as the value that was asked for, or a value not be written.
///
/// Offsets count bytes from the start of the message.
public enum CBORError: Error, Equatable {
  /// The message ends inside a data item.
  case truncated(offset: Int)
  /// The bytes are not well-formed CBOR, or a text is not UTF-8.
  case malformed(offset: Int, reason: String)
  /// A declared length is larger than what is left of the message.
  case lengthExceedsMessage(offset: Int)
  /// Arrays, maps and tags are nested deeper than `CBORReader.maximumDepth`.
  case tooDeep(offset: Int)
  /// The next data item has another type.
  case typeMismatch(offset: Int, expected: String)
  /// A number does not fit the type that was asked for.
  case outOfRange(offset: Int)
  /// A map has no such key.
  case missingKey(String)
  /// Bytes follow the value.
  case trailingBytes(offset: Int)
  /// The type refused its own content: the reason is its own.
  case invalidValue(String)
}

extension CBORError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let offset): "The message ends inside a value, at byte \(offset)."
    case .malformed(let offset, let reason): "Byte \(offset) is not well-formed CBOR: \(reason)."
    case .lengthExceedsMessage(let offset):
      "The length declared at byte \(offset) is larger than the message."
    case .tooDeep(let offset):
      "Values are nested deeper than \(CBORReader.maximumDepth) levels at byte \(offset)."
    case .typeMismatch(let offset, let expected): "Expected \(expected) at byte \(offset)."
    case .outOfRange(let offset): "The number at byte \(offset) is out of range."
    case .missingKey(let key): "The key '\(key)' is missing."
    case .trailingBytes(let offset): "The value ends at byte \(offset), but the message goes on."
    case .invalidValue(let reason): reason
    }
  }
}
