import Foundation

extension Topology {
  /// Reads a topology document (`.yaml`, `.yml`) or a MATPOWER case (`.m`) and checks it.
  ///
  /// - Throws: all faults of the file at once, each with its line and column.
  public static func read(contentsOf path: String) throws(DocumentFaults) -> ReadTopology {
    try read(try FileText.read(path), named: path)
  }

  /// Reads a text that stands in for a file of this name; the name's suffix tells the format.
  public static func read(_ text: String, named file: String) throws(DocumentFaults) -> ReadTopology
  {
    switch FileName.suffix(of: file) {
    case "yaml", "yml": return try TopologyReader.read(text, named: file)
    case "m": return try MatpowerReader.read(text, named: file)
    default: throw FileText.fault(file, FileText.unknownFormat)
    }
  }
}

/// The text of a file of the user's, or a sentence why there is none.
package enum FileText {
  /// The largest published case, of 82,000 buses, has 22 MiB.
  static let maximumCaseSize_MiB = 256
  static let unknownFormat =
    "its format is not known; give a topology as .yaml or .yml, or a MATPOWER case as .m"

  package static func read(_ path: String) throws(DocumentFaults) -> String {
    let suffix = FileName.suffix(of: path)
    let manager = FileManager.default
    // A link's own attributes say nothing about the file.
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? manager.attributesOfItem(atPath: real) else {
      throw fault(path, "there is no such file")
    }
    guard attributes[.type] as? FileAttributeType != .typeDirectory else {
      throw fault(path, "this is a directory, not a file")
    }
    guard ["yaml", "yml", "m"].contains(suffix) else { throw fault(path, unknownFormat) }
    let limit = suffix == "m" ? maximumCaseSize_MiB : YAMLDocument.maximumSize_MiB
    if let size = attributes[.size] as? Int, size > limit << 20 {
      throw fault(path, tooLarge(size, suffix))
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw fault(path, "it cannot be opened; check its permissions")
    }
    defer { try? handle.close() }
    // One byte more than allowed: what has no size (a pipe) may still be too large.
    guard let data = try? handle.read(upToCount: limit << 20 + 1) ?? Data() else {
      throw fault(path, "it cannot be read")
    }
    guard data.count <= limit << 20 else { throw fault(path, tooLarge(data.count, suffix)) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw fault(path, "it is not UTF-8 text; save it in that encoding")
    }
    return text
  }

  package static func fault(_ file: String, _ sentence: String) -> DocumentFaults {
    DocumentFaults(findings: [
      Finding(file: file, place: nil, severity: .error, sentence: sentence)
    ])
  }

  private static func tooLarge(_ bytes: Int, _ suffix: String) -> String {
    suffix == "m"
      ? "the file has \(bytes >> 20) MiB; a case may have \(maximumCaseSize_MiB) MiB"
      : YAMLDocument.tooLarge(bytes: bytes)
  }
}
