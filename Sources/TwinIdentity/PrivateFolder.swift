import Foundation

/// A folder that only its owner can read, and its files.
///
/// Each file is made with mode 0600 from the start and replaced as a whole. A folder or a secret that
/// others could read, and a link in either's place, is refused with the command that puts it right.
public struct PrivateFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// Why a folder or a file is not used, in a sentence.
  public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// True if there is nothing yet.
    public var isMissing = false
  }

  /// Makes the folder if it is not there.
  ///
  /// - Parameter above: whether to make those above it, too.
  public func prepare(above: Bool = true) throws(Refusal) {
    if above {
      let above = URL(fileURLWithPath: path).deletingLastPathComponent()
      try? FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
    }
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw Self.refusal(path, "cannot be made")
    }
    try withFolder { _ throws(Refusal) in }
  }

  /// True if there is such a file, whatever its mode.
  public func has(_ name: String) -> Bool {
    var status = stat()
    return unsafe lstat("\(path)/\(name)", &status) == 0
  }

  /// The text of a file that only its owner can read; nil if there is none.
  public func read(_ name: String) throws(Refusal) -> [UInt8]? {
    try withFolder { folder throws(Refusal) in
      let file = unsafe openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
      guard file >= 0 else {
        if errno == ENOENT { return nil }
        throw Self.refusal("\(path)/\(name)", "cannot be read")
      }
      defer { close(file) }
      try Self.check(file, "\(path)/\(name)", is: S_IFREG, mode: 0o600)
      return try Self.content(of: file, "\(path)/\(name)")
    }
  }

  /// Writes a file as a whole: whoever reads sees the old one or the new one.
  public func write(_ bytes: [UInt8], to name: String) throws(Refusal) {
    try withFolder { folder throws(Refusal) in
      let draft = ".\(name).\(getpid())"
      _ = unsafe unlinkat(folder, draft, 0)
      let file = unsafe openat(
        folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw Self.refusal("\(path)/\(name)", "cannot be written") }
      defer { close(file) }
      do throws(Refusal) {
        try Self.write(bytes, to: file, "\(path)/\(name)")
        guard unsafe renameat(folder, draft, folder, name) == 0, fsync(folder) == 0 else {
          throw Self.refusal("\(path)/\(name)", "cannot be written")
        }
      } catch {
        _ = unsafe unlinkat(folder, draft, 0)
        throw error
      }
    }
  }

  /// Runs `body` while no other process does so for this folder; see `flock`.
  public func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
    let file = unsafe open("\(path)/.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.refusal("\(path)/.lock", "cannot be written") }
    defer { close(file) }
    guard flock(file, LOCK_EX) == 0 else { throw Self.refusal("\(path)/.lock", "cannot be locked") }
    return try body()
  }

  // MARK: Single files

  /// Reads a secret that lies in any folder, under the same rules.
  static func secret(at path: String) throws(Refusal) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw Self.refusal(path, "cannot be read") }
    defer { close(file) }
    try Self.check(file, path, is: S_IFREG, mode: 0o600)
    return try Self.content(of: file, path)
  }

  /// Writes a secret to a new file in any folder.
  static func writeSecret(_ bytes: [UInt8], to path: String) throws(Refusal) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.refusal(path, "cannot be written") }
    defer { close(file) }
    try write(bytes, to: file, path)
  }

  private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(Refusal) {
    let written = unsafe bytes.withUnsafeBytes {
      unsafe Foundation.write(file, $0.baseAddress, $0.count)
    }
    guard written == bytes.count, fsync(file) == 0 else {
      throw Self.refusal(path, "cannot be written")
    }
  }

  // MARK: Checks

  private func withFolder<Result>(
    _ body: (Int32) throws(Refusal) -> Result
  ) throws(Refusal) -> Result {
    let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { throw Self.refusal(path, "cannot be opened") }
    defer { close(folder) }
    try Self.check(folder, path, is: S_IFDIR, mode: 0o700)
    return try body(folder)
  }

  private static func check(
    _ descriptor: Int32, _ path: String, is kind: mode_t, mode: mode_t
  ) throws(Refusal) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Self.refusal(path, "cannot be read") }
    guard status.st_mode & S_IFMT == kind else {
      throw Refusal(
        description: "\(path) is no \(kind == S_IFDIR ? "folder" : "plain file"); move it away")
    }
    guard status.st_uid == geteuid() else {
      throw Refusal(
        description: "\(path) belongs to another user (\(status.st_uid)); 'chown \(geteuid()) "
          + "\(path)' makes it yours")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Refusal(
        description: "\(path) can be read by others (mode "
          + "\(String(status.st_mode & 0o777, radix: 8))); 'chmod \(String(mode, radix: 8)) \(path)'"
          + " closes it")
    }
  }

  /// No file of ours is larger.
  private static let largestFile = 4 * 1024 * 1024

  private static func content(of file: Int32, _ path: String) throws(Refusal) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe part.withUnsafeMutableBytes { buffer in
        unsafe Foundation.read(file, buffer.baseAddress, buffer.count)
      }
      guard count >= 0 else { throw Self.refusal(path, "cannot be read") }
      guard bytes.count <= Self.largestFile else {
        throw Refusal(description: "\(path) is larger than any file of ours; give the right one")
      }
      guard count > 0 else { return bytes }
      bytes += part[..<count]
    }
  }

  private static func refusal(_ path: String, _ what: String) -> Refusal {
    switch errno {
    // For O_DIRECTORY, too, a link is none.
    case ELOOP,
      ENOTDIR where isLink(path):
      return Refusal(description: "\(path) \(what): it is a link; give the place that it leads to")
    case ENOENT: return Refusal(description: "\(path) \(what): it is not there", isMissing: true)
    case EEXIST:
      return Refusal(description: "\(path) \(what): there is a file already; move it away")
    case EACCES, EPERM:
      return Refusal(
        description: "\(path) \(what): this user may not; run as its owner or give another place")
    case let code:
      return Refusal(
        description: "\(path) \(what) (\(unsafe String(cString: strerror(code)).lowercased()))")
    }
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
