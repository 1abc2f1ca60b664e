import ArgumentParser

/// How fast twin time runs.
struct PaceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Seconds of twin time in a second; as fast as possible by default.", valueName: "FACTOR"))
  var pace: Double?

  func validate() throws {
    if let pace, !(pace >= 0.001 && pace <= 1e9) {
      throw ValidationError(
        "--pace takes seconds of twin time in a second, from 0.001 to 1e9: 900 is a tick of a quarter of "
          + "an hour in every second.")
    }
  }
}
