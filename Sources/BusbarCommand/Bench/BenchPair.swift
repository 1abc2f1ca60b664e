import ActorCluster
import ArgumentParser
import HTTP2Connection
import TwinIdentity

/// Who the two processes of a benchmark are, as long as it runs; nobody in plaintext.
struct BenchPair {
  /// The process that asks and measures.
  let caller: ProcessIdentity?
  /// The folders of the certificates of both.
  let callerFolder: String?
  let answererFolder: String?
  private let enrolment: TemporaryEnrolment?

  init(isEncrypted: Bool) throws {
    guard isEncrypted else {
      (caller, callerFolder, answererFolder, enrolment) = (nil, nil, nil, nil)
      return
    }
    let enrolment = try TemporaryEnrolment(twin: CallsBenchCommand.twin)
    do {
      let folder = try enrolment.folder(of: Answerer.caller.rawValue)
      caller = try .lasting(folder)
      callerFolder = folder.folder.path
      answererFolder = try enrolment.folder(of: Answerer.node.rawValue).folder.path
      self.enrolment = enrolment
    } catch {
      enrolment.remove()
      throw error
    }
  }

  /// Starts the process that answers, and measures on a connection to it; Ctrl-C ends both.
  ///
  /// - Parameter words: what the process is told.
  func measure<Timing: BenchTiming & Sendable>(
    asking words: [String],
    _ measurement:
      @escaping @Sendable (HTTP2ClientConnection, AnsweringProcess) async throws -> Timing
  ) async throws -> Timing {
    let answering = try AnsweringProcess(words, identity: answererFolder)
    defer { answering.end() }
    let (result, wasInterrupted) = await Interruptible.run {
      try await withTaskExecutorPreference(SharedLoop.executor) {
        let connection = try await answering.connect(as: caller)
        let timing = try await measurement(connection, answering)
        await connection.close()
        return timing
      }
    }
    if wasInterrupted { throw ExitCode.interrupted }
    return try result.get()
  }

  func remove() { enrolment?.remove() }
}
