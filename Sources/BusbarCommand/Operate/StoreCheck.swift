import Foundation
import SQLiteTwinStore
import TwinStore

/// Whether the store can be read, and who has it.
struct StoreCheck {
  let directory: TwinDirectory
  let record: TwinRecord

  var finding: Doctor.Finding {
    guard FileManager.default.fileExists(atPath: directory.store) else {
      return Doctor.Finding(verdict: .ok, subject: "store", text: "nothing is committed yet")
    }
    guard FileManager.default.isReadableFile(atPath: directory.store) else {
      return Doctor.Finding(
        verdict: .fail, subject: "store",
        text: "\(directory.store) cannot be read; give this user the right to")
    }
    let content: String
    do { content = try self.content() } catch {
      return Doctor.Finding(verdict: .fail, subject: "store", text: "\(error)")
    }
    let holders = OpenFile.holders(of: directory.store)
    let own = record.coordinator.process?.pid
    if let stranger = holders.first(where: { $0 != own }) {
      return Doctor.Finding(
        verdict: .fail, subject: "store",
        text:
          "\(directory.store) is open in process \(stranger) (\(ListeningPort.name(of: stranger)));"
          + " end it before the coordinator starts")
    }
    return Doctor.Finding(
      verdict: .ok, subject: "store",
      text: "\(content); it is \(holders.isEmpty ? "free" : "held by the coordinator")")
  }

  /// Whose the store is and what it holds, in words.
  private func content() throws -> String {
    let reader = try StoreReader(at: directory.store)
    guard let label = try reader.label() else { return "it has no owner yet" }
    guard label.twin == record.twin else {
      throw StoreError.otherTwin(stored: label.twin, own: record.twin)
    }
    let ticks = try reader.ticks().map { "ticks \($0.lowerBound) to \($0.upperBound)" } ?? "no tick"
    return "of \(label.twin), schema \(label.stateSchema), with \(ticks)"
  }
}

/// Which processes have a file open, as far as this user may see.
enum OpenFile {
  static func holders(of path: String) -> [Int32] {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return holders { $0 == target }
  }

  /// The processes with an open file whose name, as `/proc` writes it, fits.
  static func holders(where fits: (String) -> Bool) -> [Int32] {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.compactMap(Int32.init).sorted().filter { pid in
      let folder = "/proc/\(pid)/fd"
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return files.contains { file in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(file)"))
          .map(fits) ?? false
      }
    }
  }
}
