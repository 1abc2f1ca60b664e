import CNghttp2

extension HTTP2Headers {
  /// Calls `body` with the fields laid out for nghttp2, which copies them on submission; the pointers are
  /// valid only during the call.
  func withFields<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: count) { fields in
        // Every head has a pseudo-header, so there is a base address. nghttp2 only reads.
        let base = UnsafeMutablePointer(mutating: bytes.baseAddress!)
        var index = 0
        forEachField { name, value in
          fields.initializeElement(
            at: index,
            to: nghttp2_nv(
              name: base + name.lowerBound, value: base + value.lowerBound, namelen: name.count,
              valuelen: value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
          index += 1
          return true
        }
        return body(UnsafeBufferPointer(fields))
      }
    }
  }
}
