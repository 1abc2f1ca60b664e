import Foundation

/// A file system of its own in a file, small and ready to fail; needs the rights to mount one.
final class SmallDisk: Sendable {
  private let scratch: Scratch
  private let loop: String

  struct NotPossible: Error { let why: String }

  /// Why there are no small disks here; `nil` where there are.
  static let obstacle: String? = {
    do {
      try SmallDisk().breakDown()
      return nil
    } catch {
      return "\(error)"
    }
  }()

  init() throws {
    let scratch = try Scratch()
    let image = scratch.path("image")
    let mount = scratch.path("disk")
    try FileManager.default.createDirectory(
      atPath: mount, withIntermediateDirectories: true)
    try Self.run("truncate", "-s", "16M", image)
    // An error turns this disk read-only at once, under whoever is writing it.
    try Self.run("mkfs.ext4", "-q", "-e", "remount-ro", "-m", "0", image)
    loop = try Self.run("losetup", "--find", "--show", image)
    self.scratch = scratch
    do { try Self.run("mount", loop, mount) } catch {
      _ = try? Self.run("losetup", "--detach", loop)
      throw error
    }
  }

  deinit {
    _ = try? Self.run("umount", "--lazy", scratch.path("disk"))
    _ = try? Self.run("losetup", "--detach", loop)
  }

  /// The store's file on this disk.
  var store: String { scratch.path("disk/store.sqlite") }

  /// Takes all the space that is left but for some kilobytes.
  func fill(leaving free_kB: Int) throws {
    let free = try FileManager.default.attributesOfFileSystem(forPath: scratch.path("disk"))
    let bytes = (free[.systemFreeSize] as? NSNumber)?.intValue ?? 0
    try Self.run("fallocate", "-l", "\(max(4_096, bytes - free_kB * 1_024))", ballast)
  }

  func free() throws { try FileManager.default.removeItem(atPath: ballast) }

  /// Turns the disk read-only while files on it are open, as after an error of the device.
  func breakDown() throws {
    let name = URL(fileURLWithPath: loop).lastPathComponent
    let trigger = "/sys/fs/ext4/\(name)/trigger_fs_error"
    guard let handle = FileHandle(forWritingAtPath: trigger) else {
      throw NotPossible(why: "\(trigger) cannot be written")
    }
    try handle.write(contentsOf: Data("1\n".utf8))
  }

  /// Takes the disk out, lets its file system be repaired, and puts it back.
  func repair() throws {
    let mount = scratch.path("disk")
    try Self.run("umount", mount)
    // The exit code tells what was repaired; whether it helped shows when the disk is mounted.
    _ = try? Self.run("e2fsck", "-p", "-f", loop)
    try Self.run("mount", loop, mount)
  }

  private var ballast: String { scratch.path("disk/ballast") }

  @discardableResult
  private static func run(_ command: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    let notes = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = notes
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let note = try notes.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw NotPossible(why: "\(command[0]): " + String(decoding: note, as: UTF8.self))
    }
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
