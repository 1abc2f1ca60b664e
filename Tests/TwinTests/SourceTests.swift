import Foundation
import Testing

/// What runs in the simulation takes time and chance from its arguments and starts no loose task.
struct SourceTests {
  private static let modules = [
    "Assets", "Balancing", "PowerFlow", "SimulatedCluster", "Twin", "TwinSimulation", "TwinStore",
  ]

  /// Each pattern with what it would bring in.
  private static let forbidden: [(pattern: String, why: String)] = [
    (#"\bDate\(\)|\bDate\.now\b"#, "a wall clock"),
    (#"\b(Continuous|Suspending)Clock\b|\bclock_gettime\b|\bgettimeofday\b"#, "a wall clock"),
    (#"\bTask\.sleep\b"#, "a wall clock"),
    (#"\bSystemRandomNumberGenerator\b|\barc4random|\bUUID\(\)"#, "system randomness"),
    (#"\.(random|randomElement|shuffled?)\((?!.*using:)"#, "system randomness"),
    (#"\bHasher\(\)|\.hashValue\b"#, "a hash that differs between processes"),
    (#"\bTask\.detached\b|\bTask\s*\{"#, "a task outside the simulation"),
    (#"\bTask\((?!executorPreference:)"#, "a task outside the simulation"),
    (#"\bDispatchQueue\b|\bThread\b|\bpthread_"#, "a thread outside the simulation"),
  ]

  /// Exceptions, by file and what they use.
  private static let allowed: [(file: String, use: String, reason: String)] = [
    (
      "SimulatedCluster/ThreadIdentity.swift", "pthread_",
      "asks which thread it is on, to find jobs from elsewhere; starts none"
    )
  ]

  @Test("No clock, no chance and no task comes in except through an argument", arguments: modules)
  func noHiddenInputs(module: String) throws {
    let files = try Self.files(of: module)
    #expect(!files.isEmpty)
    for (name, text) in files {
      for finding in try Self.findings(in: text) {
        let isAllowed = Self.allowed.contains { $0.file == name && $0.use == finding.use }
        #expect(isAllowed, "\(name):\(finding.line) uses \(finding.use): \(finding.why)")
      }
    }
  }

  @Test("Every exception is still needed")
  func exceptionsAreUsed() throws {
    let files = Dictionary(
      uniqueKeysWithValues: try Self.modules.flatMap { try Self.files(of: $0) })
    for exception in Self.allowed {
      let findings = try Self.findings(in: files[exception.file] ?? "")
      #expect(findings.contains { $0.use == exception.use }, "\(exception.file)")
    }
  }

  @Test(
    "The check finds what it is for",
    arguments: [
      "let now = Date()", "let start = ContinuousClock.now", "Double.random(in: 0...1)",
      "var generator = SystemRandomNumberGenerator()", "buses.shuffled()", "Task.detached {",
      "Task { await tick() }", "Task{}", "Task(priority: .high) {", "DispatchQueue.main.async {",
      "let thread = Thread { }", "try await Task.sleep(for: .seconds(1))",
    ])
  func finds(line: String) throws {
    #expect(try Self.findings(in: line).count == 1)
  }

  @Test(
    "The check leaves the rest alone",
    arguments: [
      "/// A plain `Task { }` runs elsewhere.", "let x = 1  // not Date()",
      "Int64.random(in: bounds, using: &generator)", "Task(executorPreference: self) {",
      "group.addTask { try await call() }", "var driver: ThreadIdentity?",
    ])
  func passes(line: String) throws {
    #expect(try Self.findings(in: line).isEmpty)
  }

  private struct Finding {
    var line: Int
    var use: String
    var why: String
  }

  private static func findings(in text: String) throws -> [Finding] {
    var findings: [Finding] = []
    // To Unicode, `Queue.main` is one word.
    let patterns = try forbidden.map {
      (try Regex($0.pattern).wordBoundaryKind(.simple), $0.why)
    }
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
      for (pattern, why) in patterns {
        guard let match = code.firstMatch(of: pattern) else { continue }
        findings.append(
          Finding(line: number + 1, use: String(code[match.range]), why: why))
      }
    }
    return findings
  }

  /// The Swift files of a module with their texts, by `Module/File.swift`.
  private static func files(of module: String) throws -> [(String, String)] {
    let sources = Grids.sourceRoot.appendingPathComponent("Sources")
    let root = sources.appendingPathComponent(module)
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
    return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      let file = root.appendingPathComponent(name)
      return ("\(module)/\(name)", try String(contentsOf: file, encoding: .utf8))
    }
  }
}
