/// How much of an array is left to read.
public struct CBORItems: Sendable {
  /// The items left, or nil when a break ends the array.
  public internal(set) var remaining: Int?
}
