import Foundation

/// Ties a child process to its parent: the parent holds one end of the child's standard input, and
/// its end, however it comes, ends the child.
enum Leash {
  /// Ends this process as soon as its parent is gone. Ctrl-C is left to the parent, which is in the
  /// same group of the terminal.
  static func endWithParent() {
    Signals.ignore([SIGINT, SIGHUP])
    Thread.detachNewThread {
      _ = try? FileHandle.standardInput.readToEnd()
      exit(0)
    }
  }
}
