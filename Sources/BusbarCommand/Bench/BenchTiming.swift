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

extension [Double] {
  /// The median and the 99th percentile of times in microseconds, for people.
  var spread_us: String {
    "median \(fixed(quantile(0.5), 1)) us, p99 \(fixed(quantile(0.99), 1)) us"
  }

  /// The median and the 99th percentile, for programs.
  var spread: JSON { ["median": .number(quantile(0.5)), "p99": .number(quantile(0.99))] }
}

/// What a path between two processes is called.
func pathName(isEncrypted: Bool) -> String { isEncrypted ? "mutual TLS 1.3" : "plaintext" }
