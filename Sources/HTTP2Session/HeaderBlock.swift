import CNghttp2

/// Header fields laid out for nghttp2, which copies them on submission.
///
/// The storage is kept between messages, so a steady run of calls allocates nothing here.
struct HeaderBlock {
  private var bytes: [UInt8] = []
  /// Where each name and each value ends in `bytes`, alternating.
  private var ends: [Int] = []

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  mutating func append(_ name: String, _ value: String) {
    bytes.append(contentsOf: name.utf8)
    ends.append(bytes.count)
    bytes.append(contentsOf: value.utf8)
    ends.append(bytes.count)
  }

  mutating func append(_ headers: HTTP2Headers) {
    let start = bytes.count
    bytes.append(contentsOf: headers.bytes)
    for end in headers.ends { ends.append(start + end) }
  }

  /// Calls `body` with the fields, whose pointers are valid only during the call.
  func withFields<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: ends.count / 2) { fields in
        // Every block has a pseudo-header, so there is a base address. nghttp2 only reads.
        let base = UnsafeMutablePointer(mutating: bytes.baseAddress!)
        var start = 0
        for index in fields.indices {
          let nameEnd = ends[2 * index]
          let valueEnd = ends[2 * index + 1]
          fields.initializeElement(
            at: index,
            to: nghttp2_nv(
              name: base + start, value: base + nameEnd, namelen: nameEnd - start,
              valuelen: valueEnd - nameEnd, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
          start = valueEnd
        }
        return body(UnsafeBufferPointer(fields))
      }
    }
  }
}
