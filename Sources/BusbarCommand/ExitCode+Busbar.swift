import ArgumentParser

/// What the exit code of every command means.
extension ExitCode {
  /// A grid without a solution.
  static let noSolution = ExitCode(3)
  /// A document with faults.
  static let badInput = ExitCode(65)
  /// A part of the cluster cannot be reached.
  static let unreachable = ExitCode(69)
  /// The twin lost a part and could not go on.
  static let lostPart = ExitCode(75)
  /// A folder or a file of this machine is not as it must be.
  static let badConfiguration = ExitCode(78)
  /// Ctrl-C, or asked to end.
  static let interrupted = ExitCode(130)
}
