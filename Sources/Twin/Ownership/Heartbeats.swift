/// How often the coordinator asks its nodes whether they live, and what it makes of silence.
///
/// With the defaults a node whose process ended is found within 0.2 s, because its connection breaks
/// and questions fail at once; one that hangs or cannot be reached 1 s after its last answer.
package struct Heartbeats: Sendable, Equatable {
  /// Between two questions to a node.
  package var interval = Duration.milliseconds(250)
  /// A member that has answered nothing for this long is lost.
  package var silence = Duration.seconds(1)
  /// A question that failed before its time is asked again after this.
  package var retry = Duration.milliseconds(50)
  /// A member that fails this many questions in a row is lost, however short the time.
  package var failures = 3
  /// Questions that are due this close to each other are asked at one time. A look that comes later
  /// than this after its time is late because the coordinator itself stood still.
  package var resolution = Duration.milliseconds(50)

  package init() {}
}
