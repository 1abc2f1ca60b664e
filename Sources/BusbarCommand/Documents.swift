import ArgumentParser
import GridModel

/// How a command gets its grid.
enum Documents {
  /// Reads a document; prints warnings, or all its faults and ends with exit code 65.
  static func read(_ path: String) throws -> Topology {
    do {
      let read = try Topology.read(contentsOf: path)
      for warning in read.warnings { printNote("\(warning)") }
      return read.topology
    } catch {
      printNote("\(error)")
      throw ExitCode.badInput
    }
  }
}
