import Foundation

/// The files of a topology: where they are for the compose file, and where in a container.
struct ComposeMounts {
  struct Mount: Equatable {
    var source: String
    var target: String
  }

  /// The document first.
  let mounts: [Mount]

  /// The document's path in a container.
  var document: String { mounts[0].target }

  private static let folder = "/topology"

  /// - Parameters:
  ///   - document: the topology's path.
  ///   - importedFile: the file that it takes its network from, as it writes it.
  ///   - output: the compose file's path; nil for one in the current folder.
  init(document: String, importing importedFile: String?, to output: String?) {
    let document = URL(fileURLWithPath: document).standardized
    let home = URL(fileURLWithPath: output ?? "docker-compose.yml").standardized
      .deletingLastPathComponent().path
    var mounts = [
      Mount(
        source: Self.path(document.path, from: home),
        target: "\(Self.folder)/\(document.lastPathComponent)")
    ]
    if let importedFile {
      func place(in folder: String) -> String {
        let path = importedFile.hasPrefix("/") ? importedFile : "\(folder)/\(importedFile)"
        return URL(fileURLWithPath: path).standardized.path
      }
      mounts.append(
        Mount(
          source: Self.path(place(in: document.deletingLastPathComponent().path), from: home),
          target: place(in: Self.folder)))
    }
    self.mounts = mounts
  }

  /// From the compose file's folder where it is below it, so that both can move together.
  private static func path(_ path: String, from home: String) -> String {
    let prefix = home == "/" ? "/" : home + "/"
    return path.hasPrefix(prefix) ? "./" + path.dropFirst(prefix.count) : path
  }
}
