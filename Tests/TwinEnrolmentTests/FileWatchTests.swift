import Foundation
import Testing

@testable import TwinEnrolment
@testable import TwinIdentity

@Suite("A watch of a file")
struct FileWatchTests {
  let ring: TestTwin

  init() throws { ring = try TestTwin() }

  @Test("tells each deny list once, and a file that cannot be read once")
  func tells() async throws {
    let folder = AuthorityFolder(ring.scratch.appending(path: "coordinator").path)
    try folder.keep(ring.issuer)
    let (changes, change) = AsyncStream.makeStream(of: String.self)
    let watch = FileWatch(every: .milliseconds(50)) {
      try folder.denyList()
    } onChange: { list in
      let opened = try? list.open(twin: "ring", roots: [ring.root.chain], at: Date())
      change.yield("version \(opened?.version ?? 0)")
    } onFailure: {
      change.yield($0)
    }
    let watching = Task { await watch.run() }
    var told = changes.makeAsyncIterator()
    var list = DenyList()
    for name in ["north", "south"] {
      list.deny(try ring.identity(name))
      try folder.keep(SignedDenyList(list, by: ring.issuer))
      #expect(await told.next() == "version \(list.version)")
    }
    let file = "\(folder.folder.path)/deny-list"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    #expect(
      await told.next()
        == "\(file) can be read by others (mode 644); 'chmod 600 \(file)' closes it")
    try await Task.sleep(for: .milliseconds(300))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    list.allow(try ring.identity("north"))
    try folder.keep(SignedDenyList(list, by: ring.issuer))
    #expect(await told.next() == "version 3")
    watching.cancel()
    await watching.value
  }
}
