import Foundation

/// Hears single keys of a terminal, without waiting for the end of a line; nothing where standard
/// input is none.
final class Keys: Sendable {
  /// How the terminal was before; `nil` when nothing is to be restored.
  private let before: termios?

  init(_ hear: @escaping @Sendable (UInt8) -> Void) {
    var settings = termios()
    guard isatty(0) == 1, unsafe tcgetattr(0, &settings) == 0 else {
      before = nil
      return
    }
    before = settings
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    unsafe tcsetattr(0, TCSANOW, &settings)
    FileHandle.standardInput.readabilityHandler = { input in
      let bytes = input.availableData
      // Nobody types any more.
      guard !bytes.isEmpty else { return input.readabilityHandler = nil }
      for byte in bytes { hear(byte) }
    }
  }

  /// Gives the terminal back as it was.
  func release() {
    guard var before else { return }
    FileHandle.standardInput.readabilityHandler = nil
    unsafe tcsetattr(0, TCSANOW, &before)
  }
}
