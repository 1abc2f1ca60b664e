import WireCodec

/// The tick that a call is about, and the era in which it acts.
///
/// The cluster checks the era of a request when it arrives; an actor that comes to it later checks
/// again, since ownership may have changed while the call waited for its turn.
struct Moment: Sendable, Hashable, Codable, WireCodable {
  var era: Int64
  var tick: Int64
}
