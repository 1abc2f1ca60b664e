import Twin

/// What a terminal shows of a running twin, as a value: state in, lines out.
struct LiveView: Sendable {
  var twin: String
  /// Of the day; `nil` where nobody has told.
  var ticks: Int64?
  var step_s: Int64
  var pace: Double?
  var figures: TickFigures?
  var status: TwinStatus?
  var events: [EventRecord] = []
  var isHeadless = false
  /// The nodes that answer while there is no coordinator.
  var answering: [String] = []
  /// Nothing of the twin runs any more.
  var hasEnded = false
  /// The first tick that was seen, and how long ago, for the time that is left.
  var firstTick: Int64 = 0
  var elapsed_s = 0.0

  /// As many events as fit beside the rest.
  private static let eventCount = 4

  /// - Parameter height: so many lines there may be; nodes that do not fit are counted.
  func lines(width: Int, height: Int, paint: Paint) -> [String] {
    let top = [head, progress(width)] + figureLines + [""]
    let events = recent(paint)
    var nodes = nodes(paint)
    let room = max(1, height - top.count - events.count)
    if nodes.count > room {
      let hidden = nodes.count - room + 1
      nodes = nodes.prefix(room - 1) + ["… and \(counted(hidden, "node")) more"]
    }
    return (top + nodes + events).prefix(max(1, height)).map { paint.fit($0, to: width) }
  }

  private var head: String {
    let phase =
      hasEnded ? "ended" : isHeadless ? "no coordinator" : status?.phase.rawValue ?? "starting"
    let era = status.map { ", era \($0.era)" } ?? ""
    let clock = figures.map { ", \($0.time.dropLast(4).replacing("T", with: " "))" } ?? ""
    return "\(twin): \(phase)\(era)\(clock)"
  }

  private func progress(_ width: Int) -> String {
    let done = (figures?.tick ?? status?.committedTick ?? -1) + 1
    guard let ticks else { return "\(counted(Int(done), "tick"))" }
    let tail = " tick \(done) of \(ticks)" + remaining(done, of: ticks)
    let room = max(10, min(40, width - tail.count - 3))
    let filled = ticks > 0 ? Int(Int64(room) * min(done, ticks) / ticks) : 0
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: room - filled) + "]" + tail
  }

  private func remaining(_ done: Int64, of ticks: Int64) -> String {
    let left = Double(ticks - done)
    guard left > 0, !hasEnded, !isHeadless else { return "" }
    let perTick: Double
    if let pace {
      perTick = Double(step_s) / pace
    } else {
      let seen = done - firstTick
      guard seen > 0, elapsed_s > 0 else { return "" }
      perTick = elapsed_s / Double(seen)
    }
    return ", \(Self.text(seconds: left * perTick)) left"
  }

  private static func text(seconds: Double) -> String {
    let whole = Int64(min(seconds, 1e12).rounded(.up))
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return whole < 60
      ? "\(whole) s"
      : whole < 3_600
        ? "\(whole / 60):\(two(whole % 60)) min"
        : "\(whole / 3_600):\(two(whole % 3_600 / 60)) h"
  }

  private var figureLines: [String] {
    guard let figures else { return [] }
    var lowest = figures.lowest.map { "lowest \(fixed($0.value, 4)) pu at bus \($0.place)" } ?? ""
    if figures.violations > 0 { lowest += "  ! \(counted(figures.violations, "limit"))" }
    return [
      "load \(fixed(figures.load_MW, 2)) MW   PV \(fixed(figures.photovoltaic_MW, 2))   wind "
        + "\(fixed(figures.wind_MW, 2))   import \(fixed(figures.import_MW, 2))",
      lowest,
    ]
  }

  private func nodes(_ paint: Paint) -> [String] {
    if hasEnded { return [] }
    if isHeadless {
      return answering.map { "\($0)  answers, and waits for its coordinator" }
    }
    guard let status else { return [] }
    let width = status.nodes.map(\.node.rawValue.count).max() ?? 0
    return status.nodes.map { node in
      let name = node.node.rawValue
      let segments = status.segments.filter { $0.node == node.node }.map(\.segment)
      let isLost = node.standing == .lost
      let word = isLost ? "lost" : node.standing == .member ? "up" : "joining"
      let line =
        name + String(repeating: " ", count: width - name.count) + "  "
        + word + String(repeating: " ", count: 8 - word.count) + "silent "
        + "\(fixed(node.silence_ms / 1_000, 1)) s  "
        + (segments.isEmpty ? "-" : segments.joined(separator: ", "))
      return isLost ? paint.alarm(line) : line
    }
  }

  private func recent(_ paint: Paint) -> [String] {
    events.suffix(Self.eventCount).map { event in
      event.isAlarm ? paint.alarm(event.line) : paint.quiet(event.line)
    }
  }
}

/// Colours, if the terminal wants them.
struct Paint: Sendable {
  let hasColour: Bool

  func alarm(_ text: String) -> String { wrap(text, "31") }
  func quiet(_ text: String) -> String { wrap(text, "2") }

  private func wrap(_ text: String, _ code: String) -> String {
    hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Cuts a line that would run into the next one; what colours it takes no room.
  func fit(_ line: String, to width: Int) -> String {
    var visible = 0
    var isCode = false
    var text = ""
    for character in line {
      if character == "\u{1B}" { isCode = true }
      if !isCode {
        visible += 1
        if visible > width { continue }
      }
      text.append(character)
      if isCode, character == "m" { isCode = false }
    }
    return text
  }
}
