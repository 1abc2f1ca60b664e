import Balancing
import Experiments

/// How algorithms did over all their seeds and repetitions: the median, and the worst.
enum Comparison {
  /// The results of one folder.
  struct Group {
    var results: [ExperimentResult]
    /// Shown where there are several.
    var folder: String?

    init(_ results: [ExperimentResult], folder: String? = nil) {
      self.results = results
      self.folder = folder
    }
  }

  /// One algorithm in one runtime.
  struct Row {
    var name: String
    var runtime: String
    var results: [ExperimentResult]

    func count(_ stop: Stop) -> Int { results.count { $0.stop == stop } }

    func median(_ value: (ExperimentResult) -> Double?) -> Double? {
      let values = results.compactMap(value).filter { !$0.isNaN }.sorted()
      guard !values.isEmpty else { return nil }
      let middle = values.count / 2
      return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }

    func worst(_ value: (ExperimentResult) -> Double?) -> Double? {
      results.compactMap(value).max()
    }
  }

  static func rows(_ groups: [Group]) -> [Row] {
    var rows: [Row] = []
    for group in groups {
      for result in group.results {
        let name = (group.folder.map { "\($0): " } ?? "") + result.algorithm
        if let place = rows.firstIndex(where: { $0.name == name && $0.runtime == result.runtime }) {
          rows[place].results.append(result)
        } else {
          rows.append(Row(name: name, runtime: result.runtime, results: [result]))
        }
      }
    }
    return rows
  }
}

/// The columns in which people see a comparison, on a terminal and on a page.
struct ComparisonColumn: Sendable {
  var heading: String
  var cell: @Sendable (Comparison.Row) -> String

  private init(_ heading: String, _ cell: @escaping @Sendable (Comparison.Row) -> String) {
    self.heading = heading
    self.cell = cell
  }

  private static func whole(_ value: Double?) -> String { value.map { fixed($0, 0) } ?? "-" }

  static let all = [
    ComparisonColumn("algorithm") { $0.name },
    ComparisonColumn("runtime") { $0.runtime },
    ComparisonColumn("runs") { "\($0.results.count)" },
    ComparisonColumn("true") { "\($0.count(.true))" },
    ComparisonColumn("false") { "\($0.count(.falseConvergence))" },
    ComparisonColumn("budget") { "\($0.count(.budget))" },
    ComparisonColumn("rounds") { whole($0.median { Double($0.rounds) }) },
    ComparisonColumn("worst") { whole($0.worst { Double($0.rounds) }) },
    ComparisonColumn("gap") { short($0.median(\.gap)) },
    ComparisonColumn("worst") { short($0.worst(\.gap)) },
    ComparisonColumn("violation_pu") { short($0.worst(\.violation_pu)) },
    ComparisonColumn("messages") { whole($0.median { Double($0.messages) }) },
    ComparisonColumn("words") { whole($0.median { Double($0.words) }) },
    ComparisonColumn("bytes") { whole($0.median { Double($0.bytes) }) },
    ComparisonColumn("path_s") { short($0.median(\.criticalPath_s)) },
    ComparisonColumn("seconds") { short($0.median(\.seconds)) },
  ]
}

/// What `busbar experiment compare` prints for people.
struct ComparisonTable {
  let lines: [String]

  init(_ groups: [Comparison.Group]) {
    var table = TextTable(ComparisonColumn.all.map(\.heading))
    for row in Comparison.rows(groups) { table.add(ComparisonColumn.all.map { $0.cell(row) }) }
    lines = table.lines + ["medians and worst over seeds and repetitions"]
  }
}

/// The document that `busbar experiment compare -o json` prints.
struct ComparisonJSON {
  let document: JSON

  init(_ groups: [Comparison.Group]) {
    let rows = Comparison.rows(groups).map { row -> JSON in
      func spread(_ value: (ExperimentResult) -> Double?) -> JSON {
        ["median": JSON(row.median(value)), "worst": JSON(row.worst(value))]
      }
      return [
        "algorithm": .string(row.name), "runtime": .string(row.runtime),
        "runs": JSON(row.results.count), "true": JSON(row.count(.true)),
        "falseConvergence": JSON(row.count(.falseConvergence)), "budget": JSON(row.count(.budget)),
        "rounds": spread { Double($0.rounds) }, "gap": spread(\.gap),
        "violation_pu": spread(\.violation_pu), "consensusResidual": spread(\.consensusResidual),
        "messages": spread { Double($0.messages) }, "words": spread { Double($0.words) },
        "bytes": spread { Double($0.bytes) }, "criticalPath_s": spread(\.criticalPath_s),
        "seconds": spread(\.seconds), "staleness": spread(\.staleness),
      ]
    }
    document = [
      "apiVersion": "busbar/v1", "kind": "ExperimentComparison", "algorithms": .array(rows),
    ]
  }
}

/// Three digits of a small or large number: `1.23e-7`; a dash for none.
func short(_ value: Double?) -> String {
  guard let value, value.isFinite else { return "-" }
  guard value != 0 else { return "0" }
  var exponent = 0
  var mantissa = value.magnitude
  while mantissa >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  let sign = value < 0 ? "-" : ""
  if (-2...3).contains(exponent) { return sign + fixed(value.magnitude, max(0, 2 - exponent)) }
  return "\(sign)\(fixed(mantissa, 2))e\(exponent)"
}
