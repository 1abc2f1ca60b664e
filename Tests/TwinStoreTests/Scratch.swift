import Foundation

/// A folder that goes with its last user.
final class Scratch: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "busbar-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The store's file, as a coordinator names it.
  var store: String { path("store.sqlite") }

  func path(_ name: String) -> String { folder.appending(path: name).path }
}
