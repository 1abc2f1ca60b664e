import Testing

/// The command `busbar` over real processes, as a user meets it. One test at a time: many of them
/// measure time, and the machine may have two cores.
@Suite(.serialized, .timeLimit(.minutes(3)))
enum CommandTests {}
