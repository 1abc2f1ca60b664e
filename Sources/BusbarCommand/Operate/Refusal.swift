import ArgumentParser

/// Why a command could not do what it was asked: one sentence that says what to do about it.
struct Refusal: Error, CustomStringConvertible {
  let description: String
  let code: ExitCode

  init(_ sentence: String, code: ExitCode = .failure) {
    description = sentence
    self.code = code
  }
}
