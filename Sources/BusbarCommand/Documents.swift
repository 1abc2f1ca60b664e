import ArgumentParser
import GridModel

/// How a command gets its grid.
enum Documents {
  /// Reads a document; prints warnings, or all its faults and ends with exit code 65.
  static func read(_ path: String) throws -> Topology { try readWithImport(path).topology }

  /// The same, with the name of the file that it takes its network from.
  static func readWithImport(_ path: String) throws -> ReadTopology {
    do {
      let read = try Topology.read(contentsOf: path)
      for warning in read.warnings { printNote("\(warning)") }
      return read
    } catch {
      printNote("\(error)")
      throw ExitCode.badInput
    }
  }
}
