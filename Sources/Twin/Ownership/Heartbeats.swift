/// How often the coordinator asks its nodes whether they live, and what it makes of silence.
///
/// With the defaults a node whose process ended is found within 0.2 s, because its connection breaks
/// and questions fail at once; one that hangs or cannot be reached within 1.05 s.
package struct Heartbeats: Sendable, Equatable {
  /// Between two questions to a node.
  package var interval = Duration.milliseconds(250)
  /// A member that has answered nothing for this long is lost.
  package var silence = Duration.seconds(1)
  /// A question that failed before its time is asked again after this: less than `resolution`, so
  /// that each look asks although the failure took a moment.
  package var retry = Duration.milliseconds(25)
  /// A member that fails this many questions in a row is lost, however short the time.
  package var failures = 3
  /// How often the coordinator looks what is to be done.
  package var resolution = Duration.milliseconds(50)

  package init() {}
}
