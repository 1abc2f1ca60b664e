import Foundation

/// Writes a line of data to standard output.
func printData(_ line: String) { write(line + "\n", to: .standardOutput) }

/// Writes a line for the person at the terminal to standard error.
func printNote(_ line: String) { write(line + "\n", to: .standardError) }

/// A reader that has gone away (`| head`) is no error of ours: the line is dropped.
private func write(_ text: String, to handle: FileHandle) {
  try? handle.write(contentsOf: Data(text.utf8))
}
