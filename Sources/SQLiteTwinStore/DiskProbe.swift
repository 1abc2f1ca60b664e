import Foundation

/// Asks a disk what it has against being written.
///
/// SQLite says that a write failed, and often not why. Whoever is to put that right must know
/// whether the disk is full or read-only, so a file like those that SQLite writes is tried.
enum DiskProbe {
  /// About as much as a commit writes at once.
  private static let size = 64 << 10

  /// The system's reason why nothing can be written beside a store; 0 when something can.
  static func reason(besideStoreAt path: String) -> Int32 {
    let file = URL(fileURLWithPath: path + ".probe")
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      try Data(count: size).write(to: file)
      return 0
    } catch {
      return number(of: error)
    }
  }

  /// The system's number of an error of Foundation's; 0 if there is none.
  static func number(of error: any Error) -> Int32 {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let posix = [error, underlying].first { $0?.domain == NSPOSIXErrorDomain }
    if let number = (posix ?? nil)?.code { return Int32(number) }
    return switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteVolumeReadOnly: EROFS
    case .fileWriteNoPermission: EACCES
    default: 0
    }
  }
}
