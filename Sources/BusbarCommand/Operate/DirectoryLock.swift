import Foundation

/// Keeps two commands from starting and ending the same twin at once. It goes with its holder.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// How long a command waits for another one.
  private static let patience = Duration.seconds(5)

  init(_ directory: TwinDirectory) async throws {
    descriptor = unsafe open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Refusal(
        "the directory \(directory.path) cannot be written (\(unsafe String(cString: strerror(errno))));"
          + " give another one with --data DIR")
    }
    let deadline = ContinuousClock.now + Self.patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard ContinuousClock.now < deadline, !Task.isCancelled else {
        close(descriptor)
        throw Refusal(
          "another command starts or ends the twin in \(directory.path) right now; wait for it and "
            + "try again")
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  deinit { close(descriptor) }
}
