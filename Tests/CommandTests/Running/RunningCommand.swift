import Foundation

/// A `busbar` process that a test started. It does not outlive the test's hold of it.
final class RunningCommand: Sendable {
  private let process = Process()
  private let folder: Scratch
  private let output: URL
  private let notes: URL

  struct Overdue: Error, CustomStringConvertible {
    let description: String
  }

  convenience init(_ arguments: String...) throws { try self.init(arguments) }

  convenience init(_ arguments: [String]) throws {
    try self.init(Busbar.executable, arguments)
  }

  /// Another program than `busbar`, such as a shell.
  convenience init(program: String, _ arguments: String...) throws {
    try self.init(URL(fileURLWithPath: program), arguments)
  }

  private init(_ program: URL, _ arguments: [String]) throws {
    folder = try Scratch()
    output = folder.file("stdout")
    notes = folder.file("stderr")
    for file in [output, notes] { try Data().write(to: file) }
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: notes)
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var pid: Int32 { process.processIdentifier }

  func signal(_ signal: Int32) { kill(pid, signal) }

  /// Waits for the end; a process that is late is killed.
  func end(within limit: Duration) async throws -> Ending {
    let start = ContinuousClock.now
    do {
      try await eventually("the end of \(process.arguments ?? [])", within: limit) {
        !process.isRunning
      }
    } catch {
      signal(SIGKILL)
      throw Overdue(description: "\(error); it wrote \(try written(notes))")
    }
    return Ending(
      status: process.terminationReason == .exit ? process.terminationStatus : nil,
      output: try written(output), notes: try written(notes),
      waited: ContinuousClock.now - start)
  }

  /// Waits for the address in the line that a coordinator writes when it listens.
  func address() async throws -> String {
    var address: Substring?
    try await eventually("an address to listen at", within: .seconds(10)) {
      address = try written(notes).firstMatch(of: /listening at ([0-9.]+:[0-9]+);/)?.1
      return address != nil
    }
    return String(address!)
  }

  /// Waits until as many whole lines are on standard output.
  func lines(_ count: Int) async throws {
    try await eventually("\(count) lines", within: .seconds(10)) {
      try written(output).utf8.count { $0 == UInt8(ascii: "\n") } >= count
    }
  }

  /// Waits for some more lines than there are.
  func moreLines() async throws {
    let count = try written(output).utf8.count { $0 == UInt8(ascii: "\n") }
    try await lines(count + 5)
  }

  /// Waits until a text is on standard error.
  func note(_ text: String) async throws {
    try await eventually("the note '\(text)'", within: .seconds(10)) {
      try written(notes).contains(text)
    }
  }

  /// What is on standard error so far.
  var notesNow: String { get throws { try written(notes) } }

  private func written(_ file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}

/// Waits until something is so; it is looked at every few milliseconds.
func eventually(
  _ what: String, within limit: Duration, _ isSo: () throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try !isSo() {
    guard ContinuousClock.now < deadline else {
      throw RunningCommand.Overdue(description: "waited \(limit) for \(what)")
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}
