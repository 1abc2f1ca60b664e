import Foundation

/// The folder that a twin lives in: who runs, what is committed, and what happened.
struct TwinDirectory: Sendable {
  let path: String

  /// Where twins live that nobody gave a folder.
  static let home = ".busbar"

  init(path: String) { self.path = path }

  /// The default folder of a twin.
  init(twin: String) {
    path = "./\(Self.home)/" + Self.step(twin)
  }

  /// A name as the name of a file or a folder.
  static func step(_ name: String) -> String {
    let name = name.replacing("/", with: "%2F")
    return name.allSatisfy { $0 == "." } ? name.replacing(".", with: "%2E") : name
  }

  /// Who runs: a `TwinRecord`, written by `up`.
  var record: String { file("twin.json") }
  /// Where the coordinator listens: a `CoordinatorCard`, written by it.
  var coordinatorCard: String { file("coordinator.json") }
  /// Where the coordinator's nodes are: a `KnownNodes`, written by it.
  var nodes: String { file("nodes.json") }
  /// What is committed.
  var store: String { file("store.sqlite") }
  /// A `TwinEvent` with its time on each line.
  var events: String { file("events.jsonl") }
  /// A `TickRecord` on each line.
  var ticks: String { file("ticks.jsonl") }
  /// What the day came to, when it is done.
  func summary(_ format: OutputFormat) -> String {
    switch format {
    case .table: file("summary.txt")
    case .json: file("summary.json")
    }
  }

  /// Held by whoever starts or ends processes.
  var lock: String { file("lock") }

  func log(of name: String) -> String { file("logs/\(Self.step(name)).log") }

  private func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The names of a twin's files that are there.
  func ownNames() -> Set<String> {
    Set(((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter(isOurs))
  }

  /// Sees that a twin is here, or that one that begins here would not take other files for its own, and
  /// delete them one day.
  func checkIsFree() throws {
    let names = ownNames()
    guard !names.contains("twin.json") else { return }
    // What 'pki init', a coordinator by hand and an 'up' that was killed leave is ours.
    let strange = names.subtracting(["identity", "lock", "logs", ProcessPlace.fileName])
    guard !names.contains(where: isOfStore), !strange.isEmpty else { return }
    throw Refusal(
      "\(path) holds \(strange.sorted().joined(separator: ", ")), and no twin; give the twin a directory of "
        + "its own with --data DIR", code: .badInput)
  }

  /// Makes the folder and sees that it can be written.
  func prepare() throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let probe = file(".probe-\(ProcessMark.own.pid)")
      try Data().write(to: URL(fileURLWithPath: probe))
      try FileManager.default.removeItem(atPath: probe)
    } catch {
      throw Refusal(
        "the directory \(path) cannot be written (\(Self.reason(error))); give another one with "
          + "--data DIR")
    }
  }

  /// Makes the folder of the logs.
  func prepareLogs() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: file("logs"), withIntermediateDirectories: true)
    } catch {
      throw Refusal("\(path)/logs cannot be made: \(Self.reason(error))")
    }
  }

  /// Deletes what a twin keeps, and the folder if nothing else is in it.
  ///
  /// - Parameters:
  ///   - parts: whose logs go; others in the folder of the logs are somebody else's.
  ///   - kept: names that stay. A store stays as a whole, with what its database keeps beside it.
  func delete(logsOf parts: [String], but kept: Set<String> = []) throws {
    do {
      let keepsStore = kept.contains(where: isOfStore)
      for name in ownNames().subtracting(kept).sorted() where !(keepsStore && isOfStore(name)) {
        guard name == "logs" else {
          try FileManager.default.removeItem(atPath: file(name))
          continue
        }
        for part in parts { try? FileManager.default.removeItem(atPath: log(of: part)) }
        if try FileManager.default.contentsOfDirectory(atPath: file(name)).isEmpty {
          try FileManager.default.removeItem(atPath: file(name))
        }
      }
      if try FileManager.default.contentsOfDirectory(atPath: path).isEmpty {
        try FileManager.default.removeItem(atPath: path)
      }
    } catch {
      throw Refusal("\(path) cannot be deleted: \(Self.reason(error))")
    }
  }

  private func isOfStore(_ name: String) -> Bool { name.hasPrefix("store.sqlite") }

  private func isOurs(_ name: String) -> Bool {
    isOfStore(name)
      || [
        "twin.json", "coordinator.json", "nodes.json", "events.jsonl", "ticks.jsonl", "summary.txt",
        "summary.json", "lock", "logs", "identity", ProcessPlace.fileName,
      ].contains(name)
  }

  /// What the system says is wrong with a file.
  static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    for candidate in [underlying, error as NSError] {
      if let candidate, candidate.domain == NSPOSIXErrorDomain {
        return unsafe String(cString: strerror(Int32(candidate.code))).lowercased()
      }
    }
    let text = error.localizedDescription.replacing(
      "The operation could not be completed. ", with: "")
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}

extension TwinDirectory {
  /// The folder that a command is about: the one given, or the only one under `./.busbar`.
  static func find(_ given: String?) throws -> TwinDirectory {
    if let given {
      let directory = TwinDirectory(path: given)
      guard FileManager.default.fileExists(atPath: directory.record) else {
        throw Refusal(
          "there is no twin in \(given)\(choices()); start one with 'busbar up -f TOPOLOGY --data "
            + "\(ShellWord.quote(given))'", code: .unreachable)
      }
      return directory
    }
    let known = all()
    guard known.count == 1 else {
      throw Refusal(
        known.isEmpty
          ? "there is no twin under ./\(home); start one with 'busbar up -f TOPOLOGY', or say where "
            + "it is with --data DIR"
          : "there are several twins under ./\(home); say which one is meant: "
            + known.map { "--data \(ShellWord.quote($0.path))" }.joined(separator: ", "),
        code: .unreachable)
    }
    return known[0]
  }

  static func all() -> [TwinDirectory] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
    return names.sorted().map { TwinDirectory(path: "./\(home)/\($0)") }
      .filter { FileManager.default.fileExists(atPath: $0.record) }
  }

  private static func choices() -> String {
    let known = all()
    return known.isEmpty
      ? "" : "; under ./\(home) there is " + known.map(\.path).joined(separator: ", ")
  }
}
