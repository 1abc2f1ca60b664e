import ActorCluster
import Foundation

/// What `up` remembers of a twin: `twin.json`.
struct TwinRecord: Sendable, Equatable, Codable {
  var apiVersion = "busbar/v1"
  var kind = "TwinRecord"
  var twin: String
  /// The document's path, absolute.
  var topology: String
  /// Of the whole day.
  var ticks: Int64
  var seed: UInt64
  /// Seconds of twin time in a second; `nil` for as fast as possible.
  var pace: Double?
  /// Whether its processes speak without certificates; `nil` for no.
  var plaintext: Bool?
  var coordinator: Part
  /// In the order of the placement.
  var nodes: [Part]

  /// A process of the twin.
  struct Part: Sendable, Equatable, Codable {
    var name: String
    var process: ProcessMark?
    /// Where it listens, once that is known.
    var host: String?
    var port: Int?

    var isAlive: Bool { process?.isAlive ?? false }

    var address: NodeAddress? {
      guard let host, let port else { return nil }
      return NodeAddress(host: host, port: port)
    }
  }

  var parts: [Part] { [coordinator] + nodes }

  static func read(_ directory: TwinDirectory) throws -> TwinRecord {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: directory.record))
      return try JSONDecoder().decode(TwinRecord.self, from: data)
    } catch {
      throw Refusal(
        "\(directory.record) cannot be read (\(TwinDirectory.reason(error))); end the twin's "
          + "processes yourself and delete the file", code: .failure)
    }
  }

  func write(to directory: TwinDirectory) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(self).write(
        to: URL(fileURLWithPath: directory.record), options: .atomic)
    } catch {
      throw Refusal("\(directory.record) cannot be written: \(TwinDirectory.reason(error))")
    }
  }

  /// The command that starts what is missing.
  func restartCommand(in directory: TwinDirectory) -> String {
    "busbar up -f \(ShellWord.quote(topology)) --data \(ShellWord.quote(directory.path)) --detach"
      + (plaintext == true ? " --plaintext" : "")
  }
}

/// What a coordinator tells about itself: `coordinator.json`.
struct CoordinatorCard: Sendable, Equatable, Codable {
  var process: ProcessMark
  var host: String
  var port: Int
  /// How it ended; `nil` while it runs, and after a kill.
  var exit: Int32?
  /// Why it ended, in a sentence.
  var reason: String?

  static func read(_ directory: TwinDirectory) -> CoordinatorCard? {
    guard let data = FileManager.default.contents(atPath: directory.coordinatorCard) else {
      return nil
    }
    return try? JSONDecoder().decode(CoordinatorCard.self, from: data)
  }

  func write(to directory: TwinDirectory) throws {
    try JSONEncoder().encode(self).write(
      to: URL(fileURLWithPath: directory.coordinatorCard), options: .atomic)
  }
}
