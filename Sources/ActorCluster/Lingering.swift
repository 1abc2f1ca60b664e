/// Whether it pays to stay awake for a moment after work.
///
/// It does while work follows closely upon work; after some moments in vain the loop sleeps at
/// once, until two pieces of work come close together again.
struct Lingering {
  /// How long a moment is: a few times what it takes a processor to wake up.
  static let patience_ns: Int64 = 100_000
  /// How many times in a row may be in vain.
  static let attempts = 4

  private var lastWork_ns: Int64 = 0
  private var failures = attempts

  /// Work was done.
  mutating func pays(at now_ns: Int64) -> Bool {
    failures = now_ns - lastWork_ns < 2 * Self.patience_ns ? 0 : failures + 1
    lastWork_ns = now_ns
    return failures < Self.attempts
  }
}
