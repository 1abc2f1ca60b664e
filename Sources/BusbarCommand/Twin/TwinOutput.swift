import Twin

/// How a run of the twin shows itself: a line every few ticks, and a summary.
struct TwinOutput: Sendable {
  let format: OutputFormat
  let every: Int64

  /// A table is data; beside a JSON document the lines are only company.
  private func print(_ line: String) {
    switch format {
    case .table: printData(line)
    case .json: printNote(line)
    }
  }

  func show(_ report: TickRecord, at place: RunPlace) {
    if place == .first || place == .only { print(TickLine.heading) }
    let line = TickLine(report)
    if report.tick % every == every - 1 || place != .between || line.isUrgent { print(line.text) }
  }

  func end(_ summary: TwinSummary) {
    switch format {
    case .table: for line in [""] + summary.lines { printData(line) }
    case .json: printData(summary.json.text)
    }
  }
}

/// Where a tick stands in a run: the ends are always shown.
enum RunPlace {
  case first, between, last, only

  init(_ count: Int64, of ticks: Int64) {
    self =
      switch (count == 0, count == ticks - 1) {
      case (true, true): .only
      case (true, false): .first
      case (false, true): .last
      case (false, false): .between
      }
  }
}
