import Balancing
import Crypto
import Experiments
import Foundation
import Synchronization

/// Where an experiment's results are: `manifest.json`, `experiment.yaml`, `results.jsonl`, and a file
/// for each run in `traces`.
final class ResultsFolder: Sendable {
  let path: String
  private let known: Mutex<[ExperimentResult]>

  private struct Manifest: Codable {
    var apiVersion = "busbar/v1"
    var kind = "ExperimentManifest"
    var busbar = Busbar.configuration.version
    var command: [String]
    var started: Date
    /// Of the document.
    var sha256: String
    var grid: String?
    var gridSHA256: String?
    var seeds: [UInt64]
    var runtime: String
    var processors: Int
    var system: String

    /// Whether runs of both belong together.
    func continues(_ other: Manifest) -> Bool {
      sha256 == other.sha256 && gridSHA256 == other.gridSHA256 && runtime == other.runtime
        && busbar == other.busbar
    }
  }

  /// Opens the folder of an experiment, or makes it.
  ///
  /// - Throws: `Refusal` when it holds another experiment.
  init(
    _ path: String, of file: String, _ prepared: PreparedExperiment, isFresh: Bool
  ) throws {
    self.path = path
    let manager = FileManager.default
    let document = manager.contents(atPath: file) ?? Data()
    let manifest = Manifest(
      command: CommandLine.arguments, started: Date(), sha256: Self.hash(document),
      grid: prepared.file,
      gridSHA256: prepared.file.flatMap { manager.contents(atPath: $0) }.map(Self.hash),
      seeds: prepared.experiment.seeds, runtime: prepared.experiment.runtime.rawValue,
      processors: ProcessInfo.processInfo.activeProcessorCount,
      system: ProcessInfo.processInfo.operatingSystemVersionString)
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let manifestPath = "\(path)/manifest.json"
    if manager.fileExists(atPath: path) {
      let before = manager.contents(atPath: manifestPath)
        .flatMap { try? decoder.decode(Manifest.self, from: $0) }
      let isEmpty = try manager.contentsOfDirectory(atPath: path).isEmpty
      guard before != nil || isEmpty else {
        throw Refusal(
          "\(path) is a folder of something else; give another with --directory DIR",
          code: .badInput)
      }
      if let before, !isFresh, !manifest.continues(before) {
        throw Refusal(
          "\(path) holds results of another document, grid, runtime or version; give --fresh to "
            + "delete them, or another folder with --directory DIR", code: .badInput)
      }
      if isFresh {
        for name in ["results.jsonl", "traces", "report.html"] {
          try? manager.removeItem(atPath: "\(path)/\(name)")
        }
      }
    }
    do {
      try manager.createDirectory(atPath: "\(path)/traces", withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.dateEncodingStrategy = .iso8601
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(manifest).write(to: URL(fileURLWithPath: manifestPath), options: .atomic)
      try document.write(to: URL(fileURLWithPath: "\(path)/experiment.yaml"), options: .atomic)
    } catch {
      throw Refusal("\(path) cannot be written: \(error.localizedDescription)")
    }
    known = Mutex(Self.results(in: path))
  }

  /// Of runs that are done.
  var results: [ExperimentResult] { known.withLock { $0 } }

  /// Keeps what came of a run.
  func add(_ result: ExperimentResult, _ trace: [TraceRow]) throws {
    let rows = trace.map { TraceLine($0).document.text + "\n" }.joined()
    do {
      if !trace.isEmpty {
        try Data(rows.utf8).write(
          to: URL(fileURLWithPath: Self.trace(of: result, in: path)), options: .atomic)
      }
      try known.withLock { known in
        known.append(result)
        let line = ExperimentResultJSON(result).document.text + "\n"
        let file = "\(path)/results.jsonl"
        if !FileManager.default.fileExists(atPath: file) {
          _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(line.utf8))
      }
    } catch {
      throw Refusal("results cannot be written to \(path): \(error.localizedDescription)")
    }
  }

  /// What a folder holds.
  static func results(in path: String) -> [ExperimentResult] {
    JSONLines.read(ExperimentResult.self, from: "\(path)/results.jsonl")
  }

  static func trace(of result: ExperimentResult, in path: String) -> String {
    "\(path)/traces/\(result.trialName).jsonl"
  }

  /// The results of folders that a person named.
  ///
  /// - Throws: `Refusal` for one without any.
  static func read(_ paths: [String]) throws -> [Comparison.Group] {
    try paths.map { path in
      let results = results(in: path)
      guard !results.isEmpty else {
        throw Refusal(
          "\(path) holds no results; make some with 'busbar experiment run FILE'", code: .badInput)
      }
      return Comparison.Group(results, folder: paths.count > 1 ? path : nil)
    }
  }

  private static func hash(_ data: Data) -> String {
    SHA256.hash(data: data).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }
}
