/// Moves packed numbers to and from bytes in one copy: the only unsafe code of the codec.
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
    // Any bits are a number, both ranges were checked, and copying needs no alignment.
    return unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[range]))
      }
      initializedCount = count
    }
  }
}
