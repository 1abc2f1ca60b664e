import Experiments

/// An experiment's results as a page for a browser: tables, and charts in SVG.
struct ReportPage {
  /// A run with its trace.
  struct Run {
    var series: String
    var result: ExperimentResult
    var trace: [TracePoint]
  }

  let text: String

  /// More runs of one algorithm make a chart a blot.
  private static let drawnRuns = 5

  init(_ runs: [Run], _ groups: [Comparison.Group]) {
    var names: [String] = []
    for run in runs where !names.contains(run.series) { names.append(run.series) }
    var drawn: [Run] = []
    for name in names { drawn += runs.filter { $0.series == name }.prefix(Self.drawnRuns) }
    func chart(
      _ title: String, _ across: String, _ up: String, isLogarithmic: Bool = false,
      _ x: (Run, TracePoint) -> Double, _ y: (TracePoint) -> Double?
    ) -> String {
      var chart = Chart(title: title, across: across, up: up)
      chart.hasLogarithmicX = isLogarithmic
      for run in drawn {
        let points = run.trace.compactMap { point in
          y(point).map { (x: x(run, point), y: $0) }
        }
        chart.add(Chart.Line(color: names.firstIndex(of: run.series)!, points: points))
      }
      return chart.svg
    }
    func seconds(_ run: Run, _ point: TracePoint) -> Double {
      run.result.seconds * Double(point.round) / Double(max(1, run.trace.last?.round ?? 1))
    }
    let charts = [
      chart("Gap by rounds", "rounds", "gap", { Double($1.round) }, \.gap),
      chart("Violation by rounds", "rounds", "violation, pu", { Double($1.round) }, \.violation_pu),
      chart("Gap by bytes", "bytes", "gap", isLogarithmic: true, { Double($1.bytes) }, \.gap),
      chart(
        "Violation by bytes", "bytes", "violation, pu", isLogarithmic: true,
        { Double($1.bytes) }, \.violation_pu),
      chart("Gap by seconds", "seconds", "gap", seconds, \.gap),
      chart("Violation by seconds", "seconds", "violation, pu", seconds, \.violation_pu),
      Self.pareto(runs, names),
    ]
    let legend = names.enumerated().map { number, name in
      "<span class=\"key\"><i style=\"background:\(Chart.color(number))\"></i>\(Self.escape(name))</span>"
    }
    text = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Busbar: experiment</title>
      <style>
      body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c2430; background: #fff }
      h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums }
      th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #dde3ea; white-space: nowrap }
      th:first-child, td:first-child { text-align: left }
      .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1.2rem }
      .wide { overflow-x: auto } svg { width: 100%; height: auto }
      .key { margin-right: 1.2rem } .key i { display: inline-block; width: 1.1em; height: .25em; margin-right: .4em; vertical-align: middle }
      p.note { color: #55606e }
      </style>
      </head>
      <body>
      <h1>How the grid was balanced</h1>
      <p>\(legend.joined())</p>
      <div class="wide">\(Self.table(groups))</div>
      <p class="note">Medians and worst over seeds and repetitions, of violations the worst alone. Gap: |f − f*| / |f*| against the central optimum. Violation: the worst balance or limit of the assembled answer, per unit: an answer that breaks limits may cost less than the optimum. True: the agents ended and the answer is as good as was asked for; false: they ended and it is not; budget: the rounds ran out. path_s: the longest chain of work and waiting, in seconds.</p>
      <div class="charts">\(charts.joined(separator: "\n"))</div>
      <p class="note">At most \(Self.drawnRuns) runs of each algorithm are drawn. Seconds are a run's whole time shared out evenly among its rounds.</p>
      </body>
      </html>

      """
  }

  /// What a run costs in bytes against how good it is.
  private static func pareto(_ runs: [Run], _ names: [String]) -> String {
    var chart = Chart(title: "Cost and quality of each run", across: "bytes", up: "final gap")
    chart.hasLogarithmicX = true
    for run in runs {
      guard let gap = run.result.gap else { continue }
      chart.add(
        Chart.Line(
          color: names.firstIndex(of: run.series)!,
          points: [(x: Double(run.result.bytes), y: gap)]))
    }
    return chart.svg
  }

  private static func table(_ groups: [Comparison.Group]) -> String {
    let columns = ComparisonColumn.all
    let rows = Comparison.rows(groups).map { row in
      "<tr>" + columns.map { "<td>\(escape($0.cell(row)))</td>" }.joined() + "</tr>"
    }
    return "<table><tr>" + columns.map { "<th>\($0.heading)</th>" }.joined() + "</tr>"
      + rows.joined() + "</table>"
  }

  static func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
