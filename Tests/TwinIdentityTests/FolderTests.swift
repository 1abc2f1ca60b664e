import Foundation
import Testing

@testable import TwinIdentity

@Suite("A folder of secrets")
struct FolderTests {
  let scratch = FileManager.default.temporaryDirectory
    .appending(path: "busbar-identity-\(UUID().uuidString)")
  let ring: Issued

  init() throws {
    ring = try Issued()
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { scratch.appending(path: name).path }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  private func setMode(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func keptIdentity() throws -> IdentityFolder {
    let folder = IdentityFolder(path("north"))
    try folder.keep(
      try ring.issuer.issue(try ring.identity("north"), to: folder.key(), at: ring.now))
    return folder
  }

  @Test("is 0700 and its files are 0600, whatever the mask")
  func modes() throws {
    let before = umask(0)
    defer { umask(before) }
    let folder = try keptIdentity()
    #expect(try mode(folder.folder.path) == 0o700)
    for file in ["key.pem", "certificate.pem", "root.pem"] {
      #expect(try mode("\(folder.folder.path)/\(file)") == 0o600)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.folder.path).sorted()
        == ["certificate.pem", "key.pem", "root.pem"])
  }

  @Test("gives back who a process is, with the same key")
  func identity() throws {
    let folder = try keptIdentity()
    let loaded = try #require(try folder.load())
    #expect(loaded.identity == (try ring.identity("north")))
    #expect(loaded.key.publicKey == (try folder.key().publicKey))
    #expect(loaded.root == ring.root.chain)
    #expect(try IdentityFolder(path("nobody")).load() == nil)
  }

  @Test("gives back an issuer with its record and deny list")
  func authority() throws {
    let folder = AuthorityFolder(path("coordinator"))
    #expect(try folder.load() == nil)
    try folder.keep(ring.issuer)
    #expect(try folder.load()?.chain == ring.issuer.chain)
    #expect(try folder.record() == EnrolmentDesk.Record())
    var desk = EnrolmentDesk(issuer: ring.issuer)
    let north = try ring.identity("north")
    _ = try desk.renew(
      RenewalRequest(request: try SigningRequest(north, key: PrivateKey()).der), of: north,
      at: ring.now)
    try folder.keep(desk.record)
    #expect(try folder.record() == desk.record)
    let list = try SignedDenyList(DenyList(), by: ring.issuer)
    try folder.keep(list)
    #expect(try folder.denyList() == list)
  }

  @Test(
    "A key that others can read is refused with the command that closes it",
    arguments: [
      0o640, 0o604, 0o660, 0o644,
    ])
  func wideKey(_ mode: Int) throws {
    let folder = try keptIdentity()
    let key = "\(folder.folder.path)/key.pem"
    try setMode(mode, key)
    #expect(
      throws: PrivateFolder.Refusal(
        description: "\(key) can be read by others (mode \(String(mode, radix: 8))); 'chmod 600 "
          + "\(key)' closes it")
    ) { try folder.load() }
    try setMode(0o600, key)
    #expect(try folder.load() != nil)
  }

  @Test("A folder that others can enter is refused with the command that closes it")
  func wideFolder() throws {
    let folder = try keptIdentity()
    try setMode(0o755, folder.folder.path)
    #expect(
      throws: PrivateFolder.Refusal(
        description: "\(folder.folder.path) can be read by others (mode 755); 'chmod 700 "
          + "\(folder.folder.path)' closes it")
    ) { try folder.load() }
  }

  @Test("A link in the place of a file or the folder is not followed")
  func links() throws {
    let folder = try keptIdentity()
    let key = "\(folder.folder.path)/key.pem"
    let elsewhere = path("elsewhere.pem")
    try FileManager.default.moveItem(atPath: key, toPath: elsewhere)
    try FileManager.default.createSymbolicLink(atPath: key, withDestinationPath: elsewhere)
    #expect(throws: PrivateFolder.Refusal.self) { try folder.load() }
    let linked = path("linked")
    try FileManager.default.createSymbolicLink(
      atPath: linked, withDestinationPath: folder.folder.path)
    #expect(throws: PrivateFolder.Refusal.self) { try IdentityFolder(linked).load() }
  }

  @Test("A file is replaced as a whole")
  func replaced() throws {
    let folder = PrivateFolder(path("plain"))
    try folder.prepare()
    try folder.write([1, 2, 3], to: "a")
    let old = open("\(folder.path)/a", O_RDONLY)
    defer { close(old) }
    try folder.write([4], to: "a")
    #expect(try folder.read("a") == [4])
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(read(old, &bytes, 8) == 3)
    #expect(try folder.read("b") == nil)
  }

  @Test("A token is read from a file of mode 0600 and from no wider one")
  func tokenFile() throws {
    let token = try JoinToken(for: try ring.identity("north"), by: ring.issuer, at: ring.now)
    let file = path("north.token")
    try TokenFile.write(token, to: file)
    #expect(try mode(file) == 0o600)
    #expect(try TokenFile.read(file) == token)
    try setMode(0o644, file)
    #expect(
      throws: PrivateFolder.Refusal(
        description: "\(file) can be read by others (mode 644); 'chmod 600 \(file)' closes it")
    ) { try TokenFile.read(file) }
    #expect(throws: PrivateFolder.Refusal.self) { try TokenFile.read(path("nowhere")) }
  }

  @Test("An issuer's file that is cut short is refused, and no line of its key is told")
  func cutIssuer() throws {
    let ring = try Issued()
    let folder = AuthorityFolder(path("cut"))
    try folder.keep(ring.issuer)
    let text = try #require(try folder.folder.readText("issuer.pem"))
    let secret = text.split(separator: "\n").prefix { !$0.hasPrefix("-----END") }.dropFirst()
    #expect(secret.count >= 2)
    for length in 1..<text.count - 1 {
      try folder.folder.writeText(String(text.prefix(length)), to: "issuer.pem")
      do {
        _ = try folder.load()
        Issue.record("A file of \(length) bytes was taken.")
      } catch {
        let told = "\(error)"
        #expect(!secret.contains { told.contains($0) })
        #expect(told.contains("restore it from a copy"))
      }
    }
  }

  @Test("A certificate under another root than the first one's is not kept")
  func otherRoot() throws {
    let (ring, evil) = (try Issued(), try Issued())
    let folder = IdentityFolder(path("north"))
    let key = try folder.key()
    try folder.keep(ring.issuer.issue(ring.identity("north"), to: key, at: ring.now))
    #expect(throws: CertificateAuthority.Mismatch.self) {
      try folder.keep(evil.issuer.issue(evil.identity("north"), to: key, at: ring.now))
    }
    #expect(try folder.load()?.root.fingerprint == ring.root.chain.fingerprint)
  }

  @Test("A key is made for the first certificate alone: a folder without its key is refused")
  func lostKey() throws {
    let ring = try Issued()
    let folder = IdentityFolder(path("keyless"))
    let chain = try ring.issuer.issue(ring.identity("north"), to: folder.key(), at: ring.now)
    try folder.keep(chain)
    try FileManager.default.removeItem(atPath: "\(folder.folder.path)/key.pem")
    #expect(throws: PrivateFolder.Refusal.self) { try folder.load() }
    #expect(throws: PrivateFolder.Refusal.self) { try folder.keep(chain) }
    #expect(!folder.folder.has("key.pem"))
  }

  @Test("A certificate for another key is not kept")
  func otherKey() throws {
    let folder = IdentityFolder(path("north"))
    _ = try folder.key()
    let foreign = try ring.chain("north")
    #expect(throws: CertificateAuthority.Mismatch.self) { try folder.keep(foreign) }
    #expect(try folder.load() == nil)
  }
}
