/// Moves numbers and keys to and from bytes in one copy: the only unsafe code of the codec.
enum BulkCopy {
  /// Appends the little-endian bytes of all values.
  static func append<Number: BitwiseCopyable>(_ values: [Number], to bytes: inout [UInt8]) {
    #if _endian(big)
      #error("Packed arrays are written for little-endian machines.")
    #endif
    // Reading the bytes of numbers in a live array is sound: they have no padding.
    unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Reads `range`, whose length is a multiple of the number's size, as packed numbers.
  static func numbers<Number: BitwiseCopyable>(
    in bytes: [UInt8], range: Range<Int>, of type: Number.Type
  ) -> [Number] {
    let count = range.count / MemoryLayout<Number>.stride
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    precondition(count * MemoryLayout<Number>.stride == range.count)
    // All empty arrays share one storage, and making one this way would write to it.
    guard count > 0 else { return [] }
    // Any bits are a number, both ranges were checked, and copying needs no alignment.
    return unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[range]))
      }
      initializedCount = count
    }
  }

  /// Appends the bytes of one integer, highest first.
  static func append<Number: FixedWidthInteger & BitwiseCopyable>(
    bigEndian number: Number, to bytes: inout [UInt8]
  ) {
    // An integer has no padding.
    unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends the UTF-8 of a text.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { unsafe bytes.append(contentsOf: $0) }
  }

  /// Reads an integer whose highest byte is at `offset`.
  static func load<Number: FixedWidthInteger & BitwiseCopyable>(
    bigEndian type: Number.Type, from bytes: [UInt8], at offset: Int
  ) -> Number {
    precondition(offset >= 0 && offset <= bytes.count - MemoryLayout<Number>.size)
    // The range was checked, any bits are an integer, and the load needs no alignment.
    return unsafe bytes.withUnsafeBytes {
      unsafe Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  /// Tells whether a key is what `range` holds.
  static func matches(_ key: String, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var key = key
    guard key.utf8.count == range.count else { return false }
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    // Both sides are as long as the range, which was checked.
    return key.withUTF8 { text in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        for index in 0..<text.count
        where unsafe text[index] != bytes[range.lowerBound + index] {
          return false
        }
        return true
      }
    }
  }
}
