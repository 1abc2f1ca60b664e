import Foundation
import Testing
import TwinIdentity

@testable import BusbarCommand

extension CommandTests {
  @Suite("The certificates of a twin")
  struct PkiTests {
    let scratch: Scratch
    let data: String

    init() throws {
      scratch = try Scratch()
      data = scratch.file("ring").path
    }

    private func pki(_ arguments: String...) async throws -> Ending {
      try await RunningCommand(["pki"] + arguments + ["--data", data]).end(within: .seconds(10))
    }

    private func mode(_ path: String) throws -> Int {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("are made once, in files that only their owner can read")
    func initialise() async throws {
      let made = try await pki("init", "--twin", "ring")
      #expect(made.status == 0)
      #expect(made.output.hasPrefix("sha256:"))
      #expect(
        made.noteLines == [
          "made the root of ring in \(data)/identity/root; keep a copy of it",
          "made the issuer of ring in \(data)/identity/coordinator",
        ])
      for folder in ["root", "coordinator"] {
        #expect(try mode("\(data)/identity/\(folder)") == 0o700)
        #expect(try mode("\(data)/identity/\(folder)/issuer.pem") == 0o600)
      }
      let again = try await pki("init", "--twin", "ring")
      #expect(again.status == 0)
      #expect(again.output == made.output)
      #expect(again.noteLines == ["the root and the issuer of ring are there already"])
    }

    @Test("do without the root once the issuer is there")
    func rootElsewhere() async throws {
      let made = try await pki("init", "--twin", "ring")
      try FileManager.default.removeItem(atPath: "\(data)/identity/root")
      let again = try await pki("init", "--twin", "ring")
      #expect(again.status == 0)
      #expect(again.output == made.output)
      #expect(try await pki("token", "--node", "north").status == 0)
      #expect(!FileManager.default.fileExists(atPath: "\(data)/identity/root"))
    }

    @Test("of another twin are not touched")
    func otherTwin() async throws {
      _ = try await pki("init", "--twin", "ring")
      let refused = try await pki("init", "--twin", "island")
      #expect(refused.status == 65)
      #expect(
        refused.notes == "error: \(data)/identity/coordinator is of the twin ring, not of island; "
          + "give another folder, or --twin ring\n")
    }

    @Test("are not read from a file that others can read")
    func wideFile() async throws {
      _ = try await pki("init", "--twin", "ring")
      let file = "\(data)/identity/coordinator/issuer.pem"
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
      for command in [["token", "--node", "north"], ["show"], ["revoke", "north"]] {
        let refused = try await RunningCommand(["pki"] + command + ["--data", data])
          .end(within: .seconds(10))
        #expect(refused.status == 78)
        #expect(
          refused.notes
            == "error: \(file) can be read by others (mode 640); 'chmod 600 \(file)' closes it\n")
      }
    }

    @Test("A token is one line on standard output, or a file of mode 0600")
    func token() async throws {
      _ = try await pki("init", "--twin", "ring")
      let printed = try await pki("token", "--node", "north")
      #expect(printed.status == 0)
      #expect(printed.outputLines.count == 1)
      #expect(printed.output.hasPrefix("busbar-join-1."))
      #expect(printed.notes.isEmpty)
      let file = scratch.file("north.token").path
      let written = try await pki("token", "--node", "north", "--out", file)
      #expect(written.status == 0)
      #expect(written.output.isEmpty)
      #expect(try mode(file) == 0o600)
      let again = try await pki("token", "--node", "north", "--out", file)
      #expect(again.status == 78)
      #expect(again.notes.contains("cannot be written: there is a file already; move it away"))
    }

    @Test("A name that is revoked gets no token until that is undone")
    func revoke() async throws {
      _ = try await pki("init", "--twin", "ring")
      let revoked = try await pki("revoke", "north")
      #expect(revoked.status == 0)
      #expect(revoked.notes.contains("no certificate of that name is known here"))
      let refused = try await pki("token", "--node", "north")
      #expect(refused.status == 65)
      #expect(
        refused.notes == "error: spiffe://ring/node/north is revoked; 'busbar pki revoke --undo "
          + "north' lets it in again\n")
      #expect(try await pki("revoke", "--undo", "north").status == 0)
      #expect(try await pki("token", "--node", "north").status == 0)
      let nothing = try await pki("revoke", "--undo", "north")
      #expect(nothing.status == 65)
      #expect(nothing.notes == "error: spiffe://ring/node/north is not revoked\n")
    }

    @Test(
      "A certificate is revoked by its number and let in again, but not the one that all stand on")
    func serial() async throws {
      _ = try await pki("init", "--twin", "ring")
      let unknown = try await pki("revoke", "--serial", "ab12")
      #expect(unknown.status == 0)
      #expect(unknown.notes.contains("no certificate of that number is known here"))
      #expect(try await pki("revoke", "--serial", "AB12", "--undo").status == 0)
      #expect(try await pki("revoke", "--serial", "ab12", "--undo").status == 65)
      let issuer = try #require(try AuthorityFolder("\(data)/identity/coordinator").load())
      for serial in [issuer.chain.serial, issuer.root.serial] {
        let refused = try await pki("revoke", "--serial", serial)
        #expect(refused.status == 65)
        #expect(refused.notes.contains("issuer or root"))
      }
    }

    @Test(
      "A name that no node can have gets no token", arguments: ["coordinator", "operator-x", ""])
    func reservedName(name: String) async throws {
      _ = try await pki("init", "--twin", "ring")
      #expect(try await pki("token", "--node", name).status == 64)
    }

    @Test("A damaged issuer is told without a line of its key")
    func damagedIssuer() async throws {
      _ = try await pki("init", "--twin", "ring")
      let file = "\(data)/identity/coordinator/issuer.pem"
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.truncate(atOffset: UInt64(text.utf8.count - 40))
      for command in [["show"], ["token", "--node", "north"], ["revoke", "north"]] {
        let refused = try await RunningCommand(["pki"] + command + ["--data", data])
          .end(within: .seconds(10))
        #expect(refused.status == 78)
        #expect(refused.notes.contains("restore it from a copy"))
        let lines = text.split(separator: "\n").dropFirst().prefix(2)
        #expect(!lines.contains { refused.notes.contains($0) })
        #expect(refused.output.isEmpty)
      }
    }

    @Test("are shown with what is due, as a table and as JSON")
    func show() async throws {
      let made = try await pki("init", "--twin", "ring")
      _ = try await pki("revoke", "--serial", "3F21")
      let table = try await pki("show")
      #expect(table.status == 0)
      #expect(table.outputLines.first == "twin ring, root " + made.outputLines[0])
      #expect(table.outputLines.count == 4)
      let json = JSONText(try await pki("show", "-o", "json").output)
      #expect(
        json.keys == [
          "apiVersion", "kind", "twin", "fingerprint", "root", "issuer", "denyListVersion",
          "revoked", "revokedSerials", "items",
        ])
      #expect(json["kind"].string == "TwinIdentities")
      #expect(json["fingerprint"].string == made.outputLines[0])
      #expect(json["issuer"]["state"].string == "fresh")
      #expect(json["denyListVersion"].number! > 1_700_000_000)
      #expect(json["revokedSerials"].elements.map(\.string) == ["3f21"])
      #expect(json["items"].elements.isEmpty)
    }

    @Test("begin with an issuer that is renewed at half its year, under the same root")
    func issuerIsRenewed() throws {
      let folders = PkiFolders(
        root: AuthorityFolder(PkiFolders.root(in: data)),
        coordinator: AuthorityFolder(PkiFolders.coordinator(in: data)))
      let setup = PkiSetup(twin: "ring", folders: folders)
      let start = Date()
      let fingerprint = try setup.complete(at: start).fingerprint
      let first = try folders.issuer().chain
      var list = DenyList()
      list.deny(serial: "3f21")
      try folders.coordinator.keep(SignedDenyList(list, by: folders.issuer()))
      let early = try setup.complete(at: start.addingTimeInterval(182 * 86_400))
      #expect(try folders.issuer().chain == first)
      #expect(early.notes == ["the root and the issuer of ring are there already"])
      let renewed = try setup.complete(at: start.addingTimeInterval(183 * 86_400))
      #expect(renewed.fingerprint == fingerprint)
      #expect(renewed.notes == ["renewed the issuer of ring in \(data)/identity/coordinator"])
      let second = try folders.issuer().chain
      #expect(second != first)
      // The deny list outlives the first issuer.
      let signed = try #require(try folders.coordinator.denyList())
      #expect(
        try signed.open(
          twin: "ring", roots: [folders.issuer().root], at: second.notAfter.addingTimeInterval(-1))
          == list)
      // Without the root, and with another twin's of the same name.
      let later = start.addingTimeInterval(366 * 86_400)
      let lost = PkiFolders(root: AuthorityFolder("\(data)/lost"), coordinator: folders.coordinator)
      #expect(throws: Refusal.self) {
        try PkiSetup(twin: "ring", folders: lost).complete(at: later)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(data)/lost"))
      try AuthorityFolder("\(data)/lost").keep(
        CertificateAuthority.makeRoot(twin: "ring", at: start))
      #expect(throws: Refusal.self) {
        try PkiSetup(twin: "ring", folders: lost).complete(at: later)
      }
    }

    @Test("that are not there are told with the command that makes them")
    func nothing() async throws {
      let refused = try await pki("show")
      #expect(refused.status == 65)
      #expect(
        refused.notes
          == "error: there is no issuer in \(data)/identity/coordinator; 'busbar pki init "
          + "--twin NAME' makes one\n")
    }
  }
}
