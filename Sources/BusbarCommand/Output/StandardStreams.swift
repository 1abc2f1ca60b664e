import Foundation

/// Writes a line of data to standard output.
///
/// A reader that has gone away (`| head`) wants no more: the process ends, and so do its children.
/// Any other failure, such as a full disk, would lose data: the process ends with an error.
func printData(_ line: String) {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  } catch {
    guard !isClosedPipe(error) else { exit(0) }
    printNote("error: the output cannot be written: \(error.localizedDescription)")
    exit(1)
  }
}

/// Writes a line for the person at the terminal to standard error; if nobody reads it, it is lost.
func printNote(_ line: String) {
  try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}

private func isClosedPipe(_ error: any Error) -> Bool {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return [error as NSError, underlying].contains {
    $0?.domain == NSPOSIXErrorDomain && $0?.code == Int(EPIPE)
  }
}
