import Foundation

/// A process as it is remembered. The system gives a number again to another process; a number, its
/// start and the boot together it does not.
struct ProcessMark: Sendable, Equatable, Codable {
  let pid: Int32
  /// Clock ticks from the system's boot to the process's start.
  let start: UInt64
  /// The boot's own name.
  let boot: String

  /// Marks a process that runs now; `nil` when there is none of this number.
  init?(pid: Int32) {
    guard let fields = Self.status(of: pid), fields.count > Self.startField,
      fields[0] != "Z", let start = UInt64(fields[Self.startField])
    else { return nil }
    self.pid = pid
    self.start = start
    boot = Self.currentBoot
  }

  /// This process.
  static var own: ProcessMark { ProcessMark(pid: ProcessInfo.processInfo.processIdentifier)! }

  /// Whether the process has not ended, although it may be stopped.
  var isAlive: Bool { ProcessMark(pid: pid) == self }

  /// Whether the process is held by a signal and does nothing.
  var isStopped: Bool { isAlive && ["T", "t"].contains(Self.status(of: pid)?.first) }

  /// Sends a signal, if the process is still the one that is meant.
  func signal(_ signal: Int32) { if isAlive { kill(pid, signal) } }

  /// The start's place in `/proc/PID/stat`, counted from the field behind the name.
  private static let startField = 19

  private static let currentBoot =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

  /// The fields of `/proc/PID/stat` behind the name, which may hold spaces and brackets.
  private static func status(of pid: Int32) -> [Substring]? {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let bracket = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: bracket)...].split(separator: " ")
  }
}
