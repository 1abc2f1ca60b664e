import ActorCluster
import Experiments
import Foundation

/// The child process of one agent.
final class AgentProcess: Sendable {
  let agent: Int
  private let process = Process()
  private let leash: FileHandle
  private let output: FileHandle

  /// Starts the process; `address` waits for it.
  init(_ agent: Int, file: String, identity: String, referee: NodeAddress) throws {
    self.agent = agent
    let (input, output) = (Pipe(), Pipe())
    leash = input.fileHandleForWriting
    self.output = output.fileHandleForReading
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "experiment", "agent", "--number=\(agent)", "--identity=\(identity)",
      "--referee=\(referee)", "--", file,
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// Where it listens.
  func address() throws -> NodeAddress {
    var line = ""
    while let byte = try output.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
      line.unicodeScalars.append(Unicode.Scalar(byte))
    }
    guard let address = try? NodeAddress(line) else {
      throw ExperimentFault("the process of agent \(agent) ended before it listened")
    }
    return address
  }

  var isRunning: Bool { process.isRunning }

  /// Kills it as a crash would.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func end() {
    try? leash.close()
    process.waitUntilExit()
  }
}
