import Foundation

/// The memory of a process that is in use now, shared pages included.
enum ResidentMemory {
  /// In kB; zero when the process is gone.
  static func of(_ process: Int32) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE))) / 1_000
  }

  static var own: Int { of(ProcessInfo.processInfo.processIdentifier) }
}
