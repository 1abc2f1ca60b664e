import Foundation
import Synchronization

/// A file that grows by one document a line. A line that cannot be written is lost, and the next ones
/// are tried again: what is written here is company, the store is the truth.
final class JSONLinesWriter: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Refusal("\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
    }
    // A writer that was killed may have left half a line.
    if let data = FileManager.default.contents(atPath: path), let last = data.last,
      last != UInt8(ascii: "\n")
    {
      write(Data("\n".utf8))
    }
  }

  deinit { close(descriptor) }

  func append(_ document: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(document) else { return }
    line.append(UInt8(ascii: "\n"))
    write(line)
  }

  private func write(_ data: Data) {
    _ = unsafe data.withUnsafeBytes {
      unsafe Foundation.write(descriptor, $0.baseAddress, $0.count)
    }
  }
}

/// Reads the lines that a file has gained since the last look.
struct LineFollower: Sendable {
  let path: String
  private var offset: UInt64 = 0
  private var rest: [UInt8] = []

  init(_ path: String) { self.path = path }

  /// The whole lines that have come; all of them at the first look. A file that is not there has
  /// none, and one that has shrunk is read anew.
  mutating func next() -> [String] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    guard let end = try? file.seekToEnd() else { return [] }
    if end < offset { (offset, rest) = (0, []) }
    guard end > offset, (try? file.seek(toOffset: offset)) != nil,
      let data = try? file.read(upToCount: Int(end - offset))
    else { return [] }
    offset += UInt64(data.count)
    rest += data
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let lines = rest[..<last].split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }
    rest.removeSubrange(...last)
    return lines
  }

  /// Forgets what is there: only later lines are told.
  mutating func skipToEnd() {
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    defer { try? file.close() }
    offset = (try? file.seekToEnd()) ?? offset
  }
}

enum JSONLines {
  /// Every document of a file; lines that are none are left out.
  static func read<Document: Decodable>(_ type: Document.Type, from path: String) -> [Document] {
    var follower = LineFollower(path)
    return decode(type, follower.next())
  }

  /// The last document of a file.
  static func last<Document: Decodable>(_ type: Document.Type, of path: String) -> Document? {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
      return nil
    }
    defer { try? file.close() }
    try? file.seek(toOffset: end - min(end, longestLine))
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    return decode(type, text.split(separator: "\n").map(String.init)).last
  }

  /// No document of ours comes near it.
  private static let longestLine: UInt64 = 65_536

  static func decode<Document: Decodable>(
    _ type: Document.Type, _ lines: [String]
  ) -> [Document] {
    let decoder = JSONDecoder()
    return lines.compactMap { try? decoder.decode(type, from: Data($0.utf8)) }
  }
}
