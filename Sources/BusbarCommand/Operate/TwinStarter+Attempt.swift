import ArgumentParser
import Foundation
import Logging
import Twin

extension TwinStarter {
  /// What has been started so far, and how to take it back.
  struct Attempt {
    var record: TwinRecord
    let isRestart: Bool
    let directory: TwinDirectory
    /// What was in the directory before.
    private let present: Set<String>
    private let logLevel: Logger.Level
    private(set) var started: [String] = []
    private var processes: [(name: String, process: BackgroundProcess)] = []
    private var logEnds: [String: UInt64] = [:]

    init(
      record: TwinRecord, isRestart: Bool, directory: TwinDirectory, present: Set<String>,
      logLevel: Logger.Level
    ) {
      self.present = present
      self.record = record
      self.isRestart = isRestart
      self.directory = directory
      self.logLevel = logLevel
    }

    mutating func startCoordinator(_ arguments: [String]) throws {
      let process = try start("coordinator", arguments)
      record.coordinator.process = process.mark
      started.append(
        isRestart
          ? "the coordinator on its store" : "the coordinator")
    }

    mutating func startNode(_ index: Int, identity: [String]) throws {
      let name = record.nodes[index].name
      let process = try start(
        name,
        [
          "node", "--name=\(name)", "--twin=\(record.twin)",
          "--coordinator=\(record.coordinator.address!)", "--log-level=\(logLevel)",
        ] + identity)
      record.nodes[index] = TwinRecord.Part(name: name, process: process.mark)
      started.append("node \(name)")
    }

    private mutating func start(_ name: String, _ arguments: [String]) throws -> BackgroundProcess {
      let log = directory.log(of: name)
      let size = (try? FileManager.default.attributesOfItem(atPath: log)[.size]) as? UInt64
      logEnds[name] = size ?? 0
      let process = try BackgroundProcess.start(arguments, log: log)
      processes.append((name, process))
      return process
    }

    /// Throws when a process that was just started has ended already, or there is a failure.
    func checkProcesses() throws {
      for (name, process) in processes where !process.isAlive {
        if name == "coordinator", CoordinatorCard.read(directory)?.exit == 0 { continue }
        // Nodes go home when the day is done; the coordinator tells so a moment later.
        if name != "coordinator", lastError(of: name) == nil { continue }
        throw failure(of: name == "coordinator" ? "the coordinator" : "node \(name)")
      }
    }

    func failure(of part: String) -> Refusal {
      let name = part == "the coordinator" ? "coordinator" : String(part.dropFirst("node ".count))
      let reason = lastError(of: name) ?? "it ended without a word"
      let code = CoordinatorCard.read(directory)?.exit.map { ExitCode($0) }
      return Refusal("\(part) could not start: \(reason)", code: code ?? .unreachable)
    }

    /// The last error that a process has written since it was started here.
    private func lastError(of name: String) -> String? {
      lines(of: name).last { $0.hasPrefix("error: ") }.map { String($0.dropFirst("error: ".count)) }
    }

    /// The last line of each process, since the logs of a twin that never was are deleted.
    var lastWords: String {
      processes.compactMap { name, _ in
        lines(of: name).last.map { "; the last line of \(name): \($0)" }
      }.joined()
    }

    /// What a process has written since it was started here.
    private func lines(of name: String) -> [Substring] {
      guard let file = FileHandle(forReadingAtPath: directory.log(of: name)) else { return [] }
      defer { try? file.close() }
      try? file.seek(toOffset: logEnds[name] ?? 0)
      return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        .split(separator: "\n")
    }

    /// Whether every node is a member and a tick is committed; learns where the nodes listen.
    mutating func isSettled(_ status: TwinStatus) -> Bool {
      for index in record.nodes.indices {
        guard
          let node = status.nodes.first(where: { $0.node.rawValue == record.nodes[index].name }),
          node.standing == .member, node.pid == record.nodes[index].process?.pid
        else { return false }
        record.nodes[index].host = node.host
        record.nodes[index].port = node.port
      }
      // A tick by the nodes of now: those that were lost have committed the others.
      return status.committedTick >= 0 && (status.phase == .running || status.phase == .finished)
    }

    /// Ends what was started, and leaves the directory as it was.
    func undo(earlier: TwinRecord?) async {
      for (_, process) in processes { process.mark.signal(SIGTERM) }
      await TwinEnder.wait(for: processes.map(\.process.mark), within: .seconds(1))
      for (_, process) in processes { process.mark.signal(SIGKILL) }
      await TwinEnder.wait(for: processes.map(\.process.mark), within: .seconds(2))
      if let earlier {
        try? earlier.write(to: directory)
      } else {
        try? directory.delete(logsOf: processes.map(\.name), but: present)
      }
    }
  }
}
