/// The eight kinds of data item, the top three bits of its first byte (RFC 8949, section 3.1).
enum CBORMajor: UInt8 {
  case unsigned, negative, bytes, text, array, map, tag, simple
}
