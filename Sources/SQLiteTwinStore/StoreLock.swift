import Foundation
import TwinStore

/// The right to write a store, for as long as the object lives.
///
/// It is a lock of the kernel on a file beside the store: it ends with the process, however that
/// ends, and keeps no reader out. The file itself stays and says which process has the lock.
final class StoreLock: Sendable {
  private let file: FileHandle

  /// - Throws: `locked` with the process that has it; `readOnly`, `full` or `unusable`.
  init(besideStoreAt path: String) throws(StoreError) {
    try Self.makeDirectory(ofStoreAt: path)
    let descriptor = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw StoreError(errno: errno, path: path) ?? .unusable(path: path, why: "no lock file")
    }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else {
        throw StoreError(errno: errno, path: path) ?? .unusable(path: path, why: "no lock")
      }
      let text = (try? file.readToEnd()).flatMap { String(data: $0, encoding: .utf8) }
      throw .locked(
        path: path, pid: text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    }
    // On a full disk the number may find no room; the lock holds without it.
    try? file.truncate(atOffset: 0)
    try? file.write(contentsOf: Data("\(ProcessInfo.processInfo.processIdentifier)\n".utf8))
  }

  private static func makeDirectory(ofStoreAt path: String) throws(StoreError) {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw StoreError(errno: DiskProbe.number(of: error), path: path)
        ?? .unusable(path: path, why: error.localizedDescription)
    }
  }
}
