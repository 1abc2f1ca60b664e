import Foundation
import Testing

extension CommandTests {
  @Suite("A twin of processes that show certificates")
  struct SecureTwinTests {
    private static let nodes = ["north", "middle", "south"]

    /// A coordinator in a directory of its own, and where it listens.
    private static func start(
      in folder: Scratch, _ words: String...
    ) async throws -> (coordinator: RunningCommand, address: String) {
      let coordinator = try RunningCommand(
        ["coordinator", Busbar.cigre, "--listen", "127.0.0.1:0", "--data", folder.folder.path]
          + words)
      return (coordinator, try await coordinator.address())
    }

    private static func token(for node: String, in folder: Scratch) async throws -> String {
      let path = "\(folder.folder.path)/\(node).token"
      let made = try await Busbar.run(
        "pki", "token", "--node", node, "--data", folder.folder.path, "--out", path)
      #expect(made.status == 0)
      return path
    }

    private static func node(
      _ name: String, _ address: String, in folder: Scratch, _ words: [String]
    ) throws -> RunningCommand {
      try RunningCommand(
        [
          "node", "--name", name, "--twin", "cigre-mv", "--coordinator", address, "--identity",
          "\(folder.folder.path)/of-\(name)",
        ] + words)
    }

    @Test("forms with a token for each node, which is used up")
    func formsWithTokens() async throws {
      let folder = try Scratch()
      let (coordinator, address) = try await Self.start(in: folder, "--ticks", "4")
      var nodes: [RunningCommand] = []
      for name in Self.nodes {
        let token = try await Self.token(for: name, in: folder)
        nodes.append(try Self.node(name, address, in: folder, ["--token-file", token]))
      }
      #expect(try await coordinator.end(within: .seconds(20)).status == 0)
      for node in nodes { #expect(try await node.end(within: .seconds(5)).status == 0) }
      for name in Self.nodes {
        #expect(!FileManager.default.fileExists(atPath: "\(folder.folder.path)/\(name).token"))
        let key = "\(folder.folder.path)/of-\(name)/key.pem"
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
      }
    }

    @Test("takes in nobody without a certificate and a token")
    func noToken() async throws {
      let folder = try Scratch()
      let (coordinator, address) = try await Self.start(in: folder)
      let ended = try await Self.node("north", address, in: folder, []).end(within: .seconds(10))
      #expect(ended.status == 65)
      #expect(ended.notes.contains("busbar pki token --node north --out FILE"))

      let token = try await Self.token(for: "south", in: folder)
      let other = try await Self.node("north", address, in: folder, ["--token-file", token])
        .end(within: .seconds(10))
      #expect(other.status == 65)
      #expect(other.notes.contains("is for spiffe://cigre-mv/node/south"))

      let plain = try await Busbar.run(
        "node", "--name", "north", "--twin", "cigre-mv", "--coordinator", address, "--plaintext",
        "--wait", "1", within: .seconds(10))
      #expect(plain.status == 69)
      coordinator.signal(SIGINT)
      #expect(try await coordinator.end(within: .seconds(5)).status == 130)
    }

    @Test("goes on while its certificates of four seconds are renewed again and again")
    func renewal() async throws {
      let folder = try Scratch()
      let (coordinator, address) = try await Self.start(
        in: folder, "--ticks", "100", "--pace", "9000", "--certificate-lifetime", "4")
      var nodes: [RunningCommand] = []
      for name in Self.nodes {
        let token = try await Self.token(for: name, in: folder)
        nodes.append(try Self.node(name, address, in: folder, ["--token-file", token]))
      }
      let ended = try await coordinator.end(within: .seconds(40))
      #expect(ended.status == 0)
      #expect(!ended.notes.contains("lost"))
      for node in nodes { #expect(try await node.end(within: .seconds(5)).status == 0) }
    }

    @Test("tells its nodes within two seconds who is revoked")
    func revocation() async throws {
      let folder = try Scratch()
      let (coordinator, address) = try await Self.start(
        in: folder, "--ticks", "100", "--pace", "4500")
      var nodes: [String: RunningCommand] = [:]
      for name in Self.nodes {
        let token = try await Self.token(for: name, in: folder)
        nodes[name] = try Self.node(name, address, in: folder, ["--token-file", token])
      }
      try await coordinator.moreLines()
      let revoked = try await Busbar.run("pki", "revoke", "south", "--data", folder.folder.path)
      #expect(revoked.status == 0)
      // The other two get the list from the coordinator, not with a certificate of their own.
      for name in ["north", "middle"] {
        let list = "\(folder.folder.path)/of-\(name)/deny-list"
        try await eventually("the list at \(name)", within: .seconds(2)) {
          FileManager.default.fileExists(atPath: list)
        }
      }
      coordinator.signal(SIGINT)
      #expect(try await coordinator.end(within: .seconds(5)).status == 130)
    }

    @Test("keeps its certificates to its owner and deletes them with all else")
    func directory() async throws {
      let folder = try Scratch()
      let data = "\(folder.folder.path)/day"
      let up = try await Busbar.run(
        "up", "-f", Busbar.cigre, "--data", data, "--ticks", "2", within: .seconds(20))
      #expect(up.status == 0)
      let identity = try FileManager.default.attributesOfItem(
        atPath: "\(data)/identity/coordinator")
      #expect(identity[.posixPermissions] as? Int == 0o700)
      let down = try await Busbar.run("down", "--volumes", "--data", data)
      #expect(down.status == 0)
      #expect(!FileManager.default.fileExists(atPath: data))
    }
  }
}
