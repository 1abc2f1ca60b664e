import Foundation
import Synchronization

/// Some lines at the bottom of a terminal that are drawn again in place.
final class Screen: Sendable {
  private let drawn = Mutex(Drawn())

  private struct Drawn {
    var count = 0
    var isOpen = true
  }

  /// Whether standard error is a terminal that understands where to go.
  static var isAvailable: Bool {
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"].map { $0 != "dumb" } ?? false
  }

  /// The columns of the terminal.
  static var width: Int { size.columns }
  /// Its rows.
  static var height: Int { size.rows }

  private static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Replaces the lines, in one write, so that no half of them is seen.
  func draw(_ lines: [String]) {
    drawn.withLock { drawn in
      guard drawn.isOpen else { return }
      var text = "\u{1B}[?2026h\u{1B}[?25l\r"
      if drawn.count > 0 { text += "\u{1B}[\(drawn.count)A" }
      for line in lines { text += line + "\u{1B}[K\r\n" }
      text += "\u{1B}[J\u{1B}[?2026l"
      Self.write(text)
      drawn.count = lines.count
    }
  }

  /// Writes a line above the lines, which must be drawn again after it.
  func say(_ line: String) {
    drawn.withLock { drawn in
      var text = "\r"
      if drawn.isOpen, drawn.count > 0 { text += "\u{1B}[\(drawn.count)A\u{1B}[J" }
      if drawn.isOpen { drawn.count = 0 }
      Self.write(text + line + "\r\n")
    }
  }

  /// Leaves the last lines where they are and gives the cursor back.
  func close() {
    drawn.withLock { drawn in
      guard drawn.isOpen else { return }
      drawn.isOpen = false
      Self.write("\u{1B}[?25h")
    }
  }

  private static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
