import ActorCluster
import Foundation
import HTTP2Connection

/// The child process that answers what a benchmark asks: `busbar bench answer`.
final class AnsweringProcess: Sendable {
  struct NoAddress: Error, CustomStringConvertible {
    let description = "The process that was to answer ended before it listened."
  }

  let address: NodeAddress
  private let process = Process()
  private let leash: FileHandle

  /// Starts the process and waits until it listens.
  ///
  /// - Parameters:
  ///   - words: what its command is told.
  ///   - identity: the folder of its certificate; nil for plaintext.
  init(_ words: [String] = [], identity: String?) throws {
    let output = Pipe()
    let input = Pipe()
    leash = input.fileHandleForWriting
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["bench", "answer"] + words + (identity.map { ["--identity=\($0)"] } ?? [])
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = ""
    while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first,
      byte != UInt8(ascii: "\n")
    {
      line.unicodeScalars.append(Unicode.Scalar(byte))
    }
    guard let address = try? NodeAddress(line) else { throw NoAddress() }
    self.address = address
  }

  /// A connection of this process to the other one.
  ///
  /// - Parameter caller: who this process is; nil in plaintext.
  func connect(as caller: ProcessIdentity?) async throws(HTTP2Error) -> HTTP2ClientConnection {
    try await HTTP2ClientConnection.connect(
      host: address.host, port: address.port, on: SharedLoop.group, tls: caller?.transport.tls,
      expecting: caller?.transport.name(Answerer.node))
  }

  /// What it has used of the processor so far.
  var processorTime: Duration { ProcessorTime.of(process.processIdentifier) }

  var residentMemory_kB: Int { ResidentMemory.of(process.processIdentifier) }

  func end() {
    try? leash.close()
    process.waitUntilExit()
  }
}
