import Balancing
import Experiments

/// What the referee of a run in processes knows so far: the reports, in rows, and the scores of rows
/// that are whole.
struct ProcessRecord {
  private let referee: Referee<AnyProblem>
  private let experiment: Experiment
  private let run: Int
  /// Whether every agent steps in every row.
  private let isLockstep: Bool
  /// For each agent its reports by row, ascending.
  private var reports: [[AgentReport]]
  private var lost: Set<Int> = []
  /// What agents that died had sent.
  private var lostTraffic = Traffic()
  private var trace: [TraceRow] = []
  private var row = 0
  private var path_s = 0.0
  private var isAccepted = false
  private var isSpent = false

  init(_ prepared: PreparedExperiment, run: Int, isLockstep: Bool) {
    referee = prepared.referee
    experiment = prepared.experiment
    self.run = run
    self.isLockstep = isLockstep
    reports = prepared.names.map { _ in [] }
  }

  /// The last row that is whole.
  var round: Int { isLockstep ? row : lastRow }

  /// Whether nothing more is to be waited for.
  var isDone: Bool { isAccepted || isSpent || waitingFor.isEmpty }

  /// The agents that have not ended.
  var waitingFor: [Int] {
    reports.indices.filter { !lost.contains($0) && reports[$0].last?.isOver != true }
  }

  func isLost(_ agent: Int) -> Bool { lost.contains(agent) }

  mutating func lose(_ agent: Int) {
    lost.insert(agent)
    if let last = reports[agent].last { lostTraffic.add(last.traffic) }
  }

  mutating func regain(_ agent: Int) {
    lost.remove(agent)
    reports[agent] = []
  }

  mutating func take(_ report: AgentReport) {
    guard report.run == run, reports.indices.contains(report.agent) else { return }
    // Several steps on messages of one round are one row's.
    if reports[report.agent].last?.row == report.row { reports[report.agent].removeLast() }
    reports[report.agent].append(report)
    if isLockstep {
      // Rows may still be behind when the last agent has ended.
      while !isAccepted, !isSpent, row < lastRow, isWhole(row + 1) { look(at: row + 1) }
    } else {
      if experiment.end == .referee, reports.allSatisfy({ !$0.isEmpty }) {
        isAccepted = referee.accepts(score(at: .max))
      }
      if round > experiment.budget { isSpent = true }
    }
  }

  private var lastRow: Int { reports.compactMap(\.last?.row).max() ?? 0 }

  private func isWhole(_ row: Int) -> Bool {
    reports.indices.allSatisfy { agent in
      lost.contains(agent) || reports[agent].last.map { $0.row >= row || $0.isOver } ?? false
    }
  }

  private mutating func look(at next: Int) {
    row = next
    let reached = reports.compactMap { $0.last { $0.row == next } }
    path_s += reached.reduce(0) { max($0, $1.step_s + $1.transit_s) }
    // The row in which the last one ends is not looked at: there is the result.
    if waitingFor.isEmpty, reports.allSatisfy({ ($0.last?.row ?? 0) <= next }) { return }
    addRow(next)
    if experiment.end == .referee { isAccepted = referee.accepts(trace[trace.count - 1].score) }
    if next >= experiment.budget { isSpent = true }
    forget(before: next)
  }

  private mutating func addRow(_ row: Int) {
    let interval = experiment.end == .referee ? 1 : experiment.traceInterval
    guard interval > 0, row % interval == 0 else { return }
    trace.append(TraceRow(round: row, score: score(at: row), traffic: traffic(at: row)))
  }

  /// Rows behind the last whole one are not asked for again.
  private mutating func forget(before row: Int) {
    for agent in reports.indices {
      while reports[agent].count > 1, reports[agent][1].row <= row { reports[agent].removeFirst() }
    }
  }

  private func score(at row: Int) -> Score {
    referee.score(
      reports.map { reports in
        (reports.last { $0.row <= row } ?? reports.first)?.opinion ?? Opinion(decision: [])
      })
  }

  private func traffic(at row: Int) -> Traffic {
    var sum = lostTraffic
    for (agent, reports) in reports.enumerated() where !lost.contains(agent) {
      if let report = reports.last(where: { $0.row <= row }) { sum.add(report.traffic) }
    }
    return sum
  }

  /// What came of the run.
  mutating func result() -> RunResult {
    if !isLockstep { lookBack() }
    let end = (isAccepted || isSpent) && isLockstep ? row : Int.max
    let score = score(at: end)
    let stop: Stop =
      isSpent && !isAccepted
      ? .budget : referee.accepts(score) ? .true : .falseConvergence
    let last = reports.compactMap { $0.last { $0.row <= end } }
    var staleness = (sum: 0.0, worst: 0.0, count: 0.0)
    for report in last where report.staleness.count == 3 {
      staleness.sum += report.staleness[0]
      staleness.worst = max(staleness.worst, report.staleness[1])
      staleness.count += report.staleness[2]
    }
    return RunResult(
      stop: stop, rounds: rounds(last), time: Double(round), score: score,
      traffic: traffic(at: end),
      meanStaleness: staleness.count > 0 ? staleness.sum / staleness.count : 0,
      worstStaleness: staleness.worst, criticalPath_s: path_s, traceHash: 0, trace: trace)
  }

  private func rounds(_ last: [AgentReport]) -> Int {
    guard isAccepted || isSpent else { return last.reduce(0) { max($0, $1.deepest) } }
    return isLockstep ? row : last.reduce(0) { max($0, $1.row) } - 1
  }

  /// The rows of agents that step when they are spoken to: known once all is over.
  private mutating func lookBack() {
    let last = lastRow
    for row in 1..<max(1, last) {
      addRow(row)
    }
    for row in 0...last {
      let reached = reports.compactMap { $0.last { $0.row == row } }
      path_s += reached.reduce(0) { max($0, $1.step_s + $1.transit_s) }
    }
  }
}
