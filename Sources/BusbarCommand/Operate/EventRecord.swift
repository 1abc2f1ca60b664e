import Foundation
import Observability
import Twin

/// An event and when it happened by the clock on the wall: a line of `events.jsonl`.
struct EventRecord: Sendable, Codable {
  /// `2026-11-22T18:00:00.123Z`
  var at: String
  var event: TwinEvent

  init(_ event: TwinEvent, at date: Date = Date()) {
    at = WallTime.text(date)
    self.event = event
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    at = try container.decode(String.self, forKey: .at)
    event = try TwinEvent(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(at, forKey: .at)
    try event.encode(to: encoder)
  }

  private enum CodingKeys: CodingKey { case at }

  /// The record as a document on one line.
  var document: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// For people: time, era, tick and what happened.
  var line: String {
    let clock = at.dropFirst(11).dropLast()
    return "\(clock)  era \(event.era)  tick \(event.tick)  \(text)"
  }

  /// What happened, without the era that it begins with.
  var text: String {
    let era = "era \(event.era): "
    let text = OneLine.text(event.text)
    return text.hasPrefix(era) ? String(text.dropFirst(era.count)) : text
  }

  /// Whether it is worth a line where only ticks are shown.
  var isNews: Bool {
    switch event.kind {
    case .nodeLost, .stalled, .stallEnded: true
    // In the first era everything goes to its place.
    case .segmentsMoved: event.era > 1
    default: false
    }
  }

  /// Whether an operator should look.
  var isAlarm: Bool {
    switch event.kind {
    case .nodeLost, .stalled, .tickRepeated: true
    default: false
    }
  }
}

/// The clock on the wall, as it is written.
enum WallTime {
  static func text(_ date: Date = Date()) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
