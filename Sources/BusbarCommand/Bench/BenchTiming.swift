/// What a benchmark measured, for people and for programs.
protocol BenchTiming {
  var lines: [String] { get }
  var json: JSON { get }
}

extension OutputFormat {
  func print(_ timing: some BenchTiming) {
    switch self {
    case .table: for line in timing.lines { printData(line) }
    case .json: printData(timing.json.text)
    }
  }
}
