import Foundation
import GRDB
import TwinStore

extension StoreError {
  /// Says in the store's words why SQLite failed.
  ///
  /// - Parameter errno: the system's reason of the connection's last failure; 0 if there is none.
  init(_ error: any Error, path: String, errno: Int32) {
    if let error = error as? StoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self = .unusable(path: path, why: "\(error)")
      return
    }
    let why = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .full(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_IOERR, .SQLITE_CANTOPEN:
      self = StoreError(errno: errno, path: path) ?? .unusable(path: path, why: why)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, why: why)
    default: self = .unusable(path: path, why: why)
    }
  }

  /// Says in the store's words why the system failed; `nil` when the number tells nothing.
  init?(errno: Int32, path: String) {
    switch errno {
    case 0: return nil
    case ENOSPC, EDQUOT, EFBIG: self = .full(path: path)
    case EROFS, EACCES, EPERM: self = .readOnly(path: path)
    default:
      let reason = NSError(domain: NSPOSIXErrorDomain, code: Int(errno)).localizedDescription
      self = .unusable(path: path, why: reason)
    }
  }
}
