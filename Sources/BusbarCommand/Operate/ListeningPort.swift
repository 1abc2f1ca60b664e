import Foundation

/// Who listens on a port of this machine, by what the system tells under `/proc`.
enum ListeningPort {
  static func isHeld(_ port: Int) -> Bool { !inodes(of: port).isEmpty }

  /// The process that listens; `nil` when nobody does, or a process of another user.
  static func holder(of port: Int) -> Int32? {
    let sockets = Set(inodes(of: port).map { "socket:[\($0)]" })
    guard !sockets.isEmpty else { return nil }
    return OpenFile.holders { sockets.contains($0) }.first
  }

  /// What a process was started as.
  static func name(of pid: Int32) -> String {
    let name = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
    return name?.trimmingCharacters(in: .newlines) ?? "unknown"
  }

  /// A socket that listens, as `/proc/net/tcp` writes its state.
  private static let listening = "0A"

  private static func inodes(of port: Int) -> [Substring] {
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { table in
      let text = (try? String(contentsOfFile: table, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").dropFirst().compactMap { line -> Substring? in
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[3] == listening,
          let number = fields[1].split(separator: ":").last.flatMap({ Int($0, radix: 16) }),
          number == port
        else { return nil }
        return fields[9]
      }
    }
  }
}
