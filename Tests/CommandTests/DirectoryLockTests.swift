import Foundation
import Testing

@testable import BusbarCommand

/// Two commands that start and end one twin.
struct DirectoryLockTests {
  private let scratch: Scratch
  private let directory: TwinDirectory

  init() throws {
    scratch = try Scratch()
    directory = TwinDirectory(path: scratch.folder.path)
  }

  /// Whether a command that came now would have the lock at once.
  private func isFree() -> Bool {
    let descriptor = open(directory.lock, O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    return descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  @Test("Who waits has the lock that others see, also when its holder deleted the file")
  func deleted() async throws {
    var holder: DirectoryLock? = try await DirectoryLock(directory)
    #expect(!isFree())
    let waiting = Task { [directory] in try await DirectoryLock(directory) }
    try await Task.sleep(for: .milliseconds(100))
    try FileManager.default.removeItem(atPath: directory.lock)
    withExtendedLifetime(holder) {}
    holder = nil
    let next = try await waiting.value
    #expect(FileManager.default.fileExists(atPath: directory.lock))
    #expect(!isFree())
    withExtendedLifetime(next) {}
  }

  @Test("Who waits for a folder that is deleted is told so")
  func folderDeleted() async throws {
    let holder = try await DirectoryLock(directory)
    let waiting = Task { [directory] in try await DirectoryLock(directory) }
    try await Task.sleep(for: .milliseconds(100))
    try FileManager.default.removeItem(at: scratch.folder)
    let refusal = await #expect(throws: Refusal.self) { _ = try await waiting.value }
    #expect(refusal?.description.contains("was deleted by another command") == true)
    withExtendedLifetime(holder) {}
  }
}
