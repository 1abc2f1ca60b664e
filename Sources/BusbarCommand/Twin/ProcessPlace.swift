import ActorCluster
import Foundation

/// Where a process of a twin can be asked on its own machine: `process.json` in its folder, written by
/// itself.
struct ProcessPlace: Sendable, Equatable, Codable {
  var apiVersion = "busbar/v1"
  var kind = "ProcessPlace"
  var host: String
  var port: Int
  /// The folder of its certificate, absolute; `nil` in plaintext.
  var identity: String?

  static let fileName = "process.json"

  /// - Parameter address: where it listens, whichever address of the machine that means.
  init(_ address: NodeAddress, identity: String?) {
    let wildcards = ["0.0.0.0": "127.0.0.1", "::": "::1"]
    host = wildcards[address.host] ?? address.host
    port = address.port
    self.identity = identity.map { URL(fileURLWithPath: $0).standardized.path }
  }

  var address: NodeAddress { NodeAddress(host: host, port: port) }

  static func read(in folder: String) throws -> ProcessPlace {
    let path = "\(folder)/\(fileName)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Refusal(
        "there is no \(path): no process has run with this folder; give the --data of a coordinator, "
          + "the --identity of a node, or --at HOST:PORT")
    }
    do { return try JSONDecoder().decode(ProcessPlace.self, from: data) } catch {
      throw Refusal("\(path) cannot be read; the process writes it anew when it is started again")
    }
  }

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = "\(folder)/\(Self.fileName)"
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Refusal("\(path) cannot be written: \(TwinDirectory.reason(error))")
    }
  }
}
