import Foundation

/// Processor time of a process, user and system together, over all its threads.
enum ProcessorTime {
  /// In steps of the kernel's clock ticks, usually 10 ms; zero when the process is gone.
  static func of(_ process: Int32) -> Duration {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let afterName = text.lastIndex(of: ")")
    else { return .zero }
    // Behind the name, which may hold anything: state is the first field, times are the 12th and 13th.
    let fields = text[text.index(after: afterName)...].split(separator: " ")
    guard fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else {
      return .zero
    }
    return .milliseconds((user + system) * 1_000 / Int64(sysconf(Int32(_SC_CLK_TCK))))
  }

  static var own: Duration { of(ProcessInfo.processInfo.processIdentifier) }
}
