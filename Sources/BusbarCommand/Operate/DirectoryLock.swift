import Foundation

/// Keeps two commands from starting and ending the same twin at once. It goes with its holder.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// How long a command waits for another one.
  private static let patience = Duration.seconds(5)

  init(_ directory: TwinDirectory) async throws {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      let descriptor = try Self.open(directory)
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isThere(descriptor, directory.lock) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
      guard ContinuousClock.now < deadline, !Task.isCancelled else {
        throw Refusal(
          "another command starts or ends the twin in \(directory.path) right now; wait for it and "
            + "try again")
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func open(_ directory: TwinDirectory) throws -> Int32 {
    let descriptor = unsafe Foundation.open(
      directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor < 0 else { return descriptor }
    let code = errno
    guard code != ENOENT else {
      throw Refusal("\(directory.path) was deleted by another command just now; try again")
    }
    throw Refusal(
      "the directory \(directory.path) cannot be written (\(unsafe String(cString: strerror(code))));"
        + " give another one with --data DIR")
  }

  /// Whether an open file is still the one at its path: whoever held it may have deleted it.
  private static func isThere(_ descriptor: Int32, _ path: String) -> Bool {
    var (own, there) = (stat(), stat())
    guard unsafe fstat(descriptor, &own) == 0, unsafe stat(path, &there) == 0 else { return false }
    return own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }

  deinit { close(descriptor) }
}
