import ActorCluster
import Foundation
import Twin

/// Looks at everything that can keep a twin from running.
struct Doctor {
  let directory: TwinDirectory

  struct Finding: Sendable {
    enum Verdict: String, Sendable {
      case ok
      case warn
      case fail = "FAIL"
    }

    var verdict: Verdict
    var subject: String
    /// What is so, and what to do about it.
    var text: String

    var line: String {
      verdict.rawValue + String(repeating: " ", count: 6 - verdict.rawValue.count) + subject
        + String(repeating: " ", count: max(1, 14 - subject.count)) + text
    }

    var json: JSON {
      ["verdict": .string(verdict.rawValue), "subject": .string(subject), "text": .string(text)]
    }
  }

  /// Below this a day of a large grid does not fit.
  private static let scarceSpace_bytes: Int64 = 200_000_000
  /// A heartbeat on one machine takes far less.
  private static let slowAnswer_ms = 100.0

  func examine() async -> [Finding] {
    let record: TwinRecord
    do { record = try TwinRecord.read(directory) } catch {
      return [Finding(verdict: .fail, subject: "twin.json", text: "\(error)")]
    }
    var findings = [topology(record), clock(), space(), writable(), port(record)]
    findings += processes(record)
    findings.append(store(record))
    findings += await answers(record)
    return findings
  }

  private func topology(_ record: TwinRecord) -> Finding {
    FileManager.default.isReadableFile(atPath: record.topology)
      ? Finding(verdict: .ok, subject: "topology", text: record.topology)
      : Finding(
        verdict: .fail, subject: "topology",
        text: "\(record.topology) cannot be read; the coordinator cannot be started again without "
          + "it: bring it back, or give its new place to 'busbar up -f'")
  }

  private func clock() -> Finding {
    // The clock is only written into logs and events; twin time does not depend on it.
    let now = Date()
    let newest =
      [directory.events, directory.ticks, directory.record]
      .compactMap {
        try? FileManager.default.attributesOfItem(atPath: $0)[.modificationDate] as? Date
      }
      .max()
    guard let newest, newest > now.addingTimeInterval(2) else {
      return Finding(verdict: .ok, subject: "clock", text: WallTime.text(now))
    }
    return Finding(
      verdict: .warn, subject: "clock",
      text:
        "it is \(WallTime.text(now)), before the last event was written: the clock was set back, "
        + "and the times of events will not be in order")
  }

  private func space() -> Finding {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory.path)
    guard let free = attributes?[.systemFreeSize] as? NSNumber else {
      return Finding(
        verdict: .warn, subject: "disk", text: "the free space of \(directory.path) is not known")
    }
    let text = "\(free.int64Value / 1_000_000) MB are free"
    return free.int64Value > Self.scarceSpace_bytes
      ? Finding(verdict: .ok, subject: "disk", text: text)
      : Finding(
        verdict: free.int64Value == 0 ? .fail : .warn, subject: "disk",
        text: "only \(text); make room, or a tick cannot be committed")
  }

  private func writable() -> Finding {
    FileManager.default.isWritableFile(atPath: directory.path)
      ? Finding(verdict: .ok, subject: "directory", text: "\(directory.path) can be written")
      : Finding(
        verdict: .fail, subject: "directory",
        text: "\(directory.path) cannot be written; give this user the right to")
  }

  private func port(_ record: TwinRecord) -> Finding {
    guard let port = record.coordinator.port else {
      return Finding(verdict: .ok, subject: "port", text: "none was chosen yet")
    }
    let holder = ListeningPort.holder(of: port)
    switch (record.coordinator.isAlive, holder) {
    case (true, .some(let pid)) where pid == record.coordinator.process?.pid:
      return Finding(verdict: .ok, subject: "port", text: "\(port) is held by the coordinator")
    case (_, .some(let pid)):
      return Finding(
        verdict: .fail, subject: "port",
        text: "\(port) is held by process \(pid) (\(ListeningPort.name(of: pid))), not by the "
          + "coordinator; end that process, or begin in another directory")
    case (true, nil):
      return Finding(
        verdict: .fail, subject: "port",
        text: "the coordinator does not listen on \(port); 'busbar "
          + "down --data \(ShellWord.quote(directory.path))' and start it again")
    case (false, nil):
      return ListeningPort.isHeld(port)
        ? Finding(
          verdict: .fail, subject: "port",
          text:
            "\(port) is held by a process of another user; end it, or begin in another directory")
        : Finding(verdict: .ok, subject: "port", text: "\(port) is free")
    }
  }

  private func processes(_ record: TwinRecord) -> [Finding] {
    let card = CoordinatorCard.read(directory)
    let isOver = card?.exit != nil && !record.coordinator.isAlive
    return record.parts.map { part in
      guard let process = part.process else {
        return Finding(verdict: .warn, subject: part.name, text: "was never started")
      }
      if process.isStopped {
        return Finding(
          verdict: .fail, subject: part.name,
          text: "process \(process.pid) is stopped; 'kill -CONT \(process.pid)' lets it go on")
      }
      if process.isAlive {
        return Finding(verdict: .ok, subject: part.name, text: "process \(process.pid) runs")
      }
      return isOver
        ? Finding(
          verdict: .ok, subject: part.name, text: "ended, as the twin did: \(card?.reason ?? "")")
        : Finding(
          verdict: .fail, subject: part.name,
          text:
            "process \(process.pid) is gone; '\(record.restartCommand(in: directory))' starts it "
            + "again, its log is \(directory.log(of: part.name))")
    }
  }

  private func store(_ record: TwinRecord) -> Finding {
    StoreCheck(directory: directory, record: record).finding
  }

  private func answers(_ record: TwinRecord) async -> [Finding] {
    guard record.parts.contains(where: \.isAlive) else { return [] }
    guard case .running(let status, _)? = try? await TwinView.look(directory) else {
      return [
        Finding(
          verdict: .fail, subject: "coordinator",
          text:
            "does not answer; 'busbar ps --data \(ShellWord.quote(directory.path))' says what its "
            + "nodes know")
      ]
    }
    var findings = status.nodes.map { node in
      switch node.standing {
      case .lost:
        Finding(
          verdict: .fail, subject: "heartbeat",
          text: "node \(node.node) is lost, silent for \(fixed(node.silence_ms / 1_000, 1)) s; "
            + "'\(record.restartCommand(in: directory))' starts it again if its process is gone")
      case .joining:
        Finding(
          verdict: .warn, subject: "heartbeat",
          text: "node \(node.node) is joining; look again in a moment")
      case .member:
        node.answer_ms > Self.slowAnswer_ms
          ? Finding(
            verdict: .warn, subject: "heartbeat",
            text:
              "node \(node.node) is slow: its last answer took \(fixed(node.answer_ms, 0)) ms; is "
              + "the machine overloaded?")
          : Finding(
            verdict: .ok, subject: "heartbeat",
            text: "node \(node.node) answers in \(fixed(node.answer_ms, 1)) ms")
      }
    }
    for wait in status.stall {
      findings.append(Finding(verdict: .warn, subject: "stall", text: "\(wait)"))
    }
    return findings
  }
}
