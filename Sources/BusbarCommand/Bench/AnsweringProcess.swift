import ActorCluster
import Foundation

/// The child process whose actor answers the calls of a benchmark, and that says readings.
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
  ///   - identity: the folder of its certificate; nil for plaintext.
  ///   - numbers: how many numbers a reading has.
  init(identity: String?, numbers: Int = 1) throws {
    let output = Pipe()
    let input = Pipe()
    leash = input.fileHandleForWriting
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["bench", "answer", "--numbers=\(numbers)"] + (identity.map { ["--identity=\($0)"] } ?? [])
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

  /// What it has used of the processor so far.
  var processorTime: Duration { ProcessorTime.of(process.processIdentifier) }

  var residentMemory_kB: Int { ResidentMemory.of(process.processIdentifier) }

  func end() {
    try? leash.close()
    process.waitUntilExit()
  }
}
