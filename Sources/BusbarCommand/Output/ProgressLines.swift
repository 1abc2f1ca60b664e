import Foundation

/// How far a long piece of work is, and when to say so: on a terminal every few seconds, elsewhere at
/// every tenth.
struct ProgressLines: Sendable {
  private let all: Int
  private let interval: Duration
  private(set) var done = 0
  private var nextLine: Duration
  private var nextShare = 10

  init(_ all: Int, isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
    self.all = all
    interval = isTerminal ? .seconds(2) : .seconds(86_400)
    nextLine = interval
  }

  /// Counts a part that is done.
  ///
  /// - Returns: how a line ends when it is time for one, such as `about 7 s left`; nil otherwise, and for
  ///   work of one part.
  mutating func add(at elapsed: Duration) -> String? {
    done += 1
    let share = 100 * done / all
    guard all > 1, elapsed >= nextLine || share >= nextShare else { return nil }
    nextLine = elapsed + interval
    nextShare = (share / 10 + 1) * 10
    guard done < all else { return "done" }
    return "about \((elapsed / done * (all - done)).components.seconds + 1) s left"
  }
}
