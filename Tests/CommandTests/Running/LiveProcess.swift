import Foundation

/// What the system tells about a process, under `/proc`.
struct LiveProcess: Sendable {
  let pid: Int32

  /// The processes that a process has started and that have not ended.
  static func children(of parent: Int32) throws -> [LiveProcess] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init)
      .map(LiveProcess.init).filter { $0.isAlive && $0.parent == parent }
  }

  /// Waits for the nodes of a demo, which start one after another, by the names they were given.
  static func nodes(of demo: RunningCommand, count: Int = 3) async throws -> [String: LiveProcess] {
    var nodes: [String: LiveProcess] = [:]
    try await eventually("\(count) nodes", within: .seconds(10)) {
      for child in try children(of: demo.pid) { child.nodeName.map { nodes[$0] = child } }
      return nodes.count == count
    }
    return nodes
  }

  /// A process that has ended and that nobody has asked for its status is no longer alive.
  var isAlive: Bool { status.map { $0.first != "Z" } ?? false }

  var parent: Int32? { status?.dropFirst().first.flatMap { Int32($0) } }

  var commandLine: [String] {
    String(decoding: contents("cmdline"), as: UTF8.self).split(separator: "\0").map(String.init)
  }

  var environment: String { String(decoding: contents("environ"), as: UTF8.self) }

  /// What its open files are, as far as they have a name.
  var openFiles: [String] {
    let folder = "/proc/\(pid)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
  }

  /// The memory that it has now, and the most that it ever had.
  var resident_kB: Int? { memory("VmRSS") }
  var peakResident_kB: Int? { memory("VmHWM") }

  private func memory(_ name: String) -> Int? {
    let lines = String(decoding: contents("status"), as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("\(name):") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  /// The name after `--name`.
  private var nodeName: String? {
    let option = "--name="
    return commandLine.first { $0.hasPrefix(option) }.map { String($0.dropFirst(option.count)) }
  }

  /// State, parent and what follows the name, which may hold spaces.
  private var status: [Substring]? {
    let text = String(decoding: contents("stat"), as: UTF8.self)
    return text.lastIndex(of: ")").map { text[text.index(after: $0)...].split(separator: " ") }
  }

  private func contents(_ file: String) -> Data {
    (try? FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(pid)/\(file)")).readToEnd())
      .flatMap { $0 } ?? Data()
  }
}
