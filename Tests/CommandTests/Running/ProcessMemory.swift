import Foundation

/// The private memory of a running process: what it could know.
struct ProcessMemory {
  private let pid: Int32
  /// Read at a time; large enough for speed, small enough beside the tests.
  private static let chunk = 1 << 20

  init(of process: LiveProcess) { pid = process.pid }

  /// Every text in memory that begins with a prefix and goes on in letters, digits and dashes.
  func words(beginningWith prefix: String, ofAtMost length: Int) throws -> Set<String> {
    let memory = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(pid)/mem"))
    defer { try? memory.close() }
    var words: Set<String> = []
    for region in try regions() {
      var start = region.lowerBound
      while start < region.upperBound {
        // The chunks overlap, so that no word is cut.
        let size = min(Self.chunk + length, Int(region.upperBound - start))
        try memory.seek(toOffset: start)
        // A region may have gone since the list was read.
        let bytes = (try? memory.read(upToCount: size)) ?? Data()
        collect(Data(prefix.utf8), length, in: bytes, into: &words)
        start += UInt64(Self.chunk)
      }
    }
    return words
  }

  private func collect(_ prefix: Data, _ length: Int, in bytes: Data, into words: inout Set<String>)
  {
    var rest = bytes
    while let found = rest.range(of: prefix) {
      let word = rest[found.lowerBound...].prefix(length).prefix(while: isWordByte)
      words.insert(String(decoding: word, as: UTF8.self))
      rest = rest[found.upperBound...]
    }
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Heap, stacks and data: readable, writable and not shared.
  private func regions() throws -> [Range<UInt64>] {
    let maps = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(pid)/maps"))
    defer { try? maps.close() }
    let text = String(decoding: try maps.readToEnd() ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count > 1, words[1].hasPrefix("rw"), words[1].hasSuffix("p") else { return nil }
      let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      return ends.count == 2 ? ends[0]..<ends[1] : nil
    }
  }
}
