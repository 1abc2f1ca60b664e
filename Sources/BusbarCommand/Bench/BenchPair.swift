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

  func remove() { enrolment?.remove() }
}
