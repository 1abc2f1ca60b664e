/// Why an experiment cannot be run: a sentence that says what to do.
public struct ExperimentFault: Error, CustomStringConvertible, Equatable {
  public let description: String

  public init(_ sentence: String) { description = sentence }
}
