import ArgumentParser
import Foundation
import TwinIdentity

/// Where the keys of a twin lie that sign.
struct PkiPlace: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The twin's directory; the only one under ./.busbar by default.", valueName: "DIR"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "The root's folder, if it is elsewhere than in the twin's directory.", valueName: "DIR"))
  var root: String?

  @Option(
    help: ArgumentHelp(
      "The coordinator's folder, if it is elsewhere than in the twin's directory.",
      valueName: "DIR"))
  var identity: String?

  /// The two folders; `twin` names the directory that a new twin gets.
  func folders(ofNew twin: String? = nil) throws -> PkiFolders {
    if let root, let identity {
      return PkiFolders(root: AuthorityFolder(root), coordinator: AuthorityFolder(identity))
    }
    if data == nil, let identity, twin == nil {
      // The root is needed by 'init' alone.
      return PkiFolders(root: nil, coordinator: AuthorityFolder(identity))
    }
    let directory = try data ?? twin.map { TwinDirectory(twin: $0).path } ?? Self.onlyDirectory()
    return PkiFolders(
      root: AuthorityFolder(root ?? PkiFolders.root(in: directory)),
      coordinator: AuthorityFolder(identity ?? PkiFolders.coordinator(in: directory)))
  }

  private static func onlyDirectory() throws -> String {
    let home = TwinDirectory.home
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
    let known = names.sorted().map { "./\(home)/\($0)" }
      .filter { FileManager.default.fileExists(atPath: PkiFolders.coordinator(in: $0)) }
    guard known.count == 1 else {
      throw Refusal(
        known.isEmpty
          ? "there are no certificates under ./\(home); 'busbar pki init --twin NAME' makes a "
            + "twin's first ones, or say where they are with --data DIR"
          : "there are several twins under ./\(home); say which one is meant: "
            + known.map { "--data \(ShellWord.quote($0))" }.joined(separator: ", "),
        code: .badInput)
    }
    return known[0]
  }
}
