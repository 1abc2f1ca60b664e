import ArgumentParser
import Quantities

/// How a history is written.
enum HistoryFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, jsonl
}

/// Writes a history line by line, or as a table at the end.
struct HistoryWriter {
  private let format: HistoryFormat
  private let kind: String
  private let columns: [String]
  private var table: TextTable

  init(_ format: HistoryFormat, _ subject: HistorySubject) {
    self.format = format
    kind = subject.kind
    columns = ["tick", "time"] + subject.columns
    table = TextTable(columns)
    if format == .csv { printData(columns.joined(separator: ",")) }
  }

  mutating func write(tick: Int64, time: Timestamp, _ cells: [HistoryCell]) {
    switch format {
    case .table: table.add(["\(tick)", "\(time)"] + cells.map(\.forPeople))
    case .csv:
      printData((["\(tick)", "\(time)"] + cells.map(\.inCSV)).joined(separator: ","))
    case .jsonl:
      let head: [(String, JSON)] = [
        ("apiVersion", "busbar/v1"), ("kind", .string(kind)), ("tick", .integer(tick)),
        ("time", .string("\(time)")),
      ]
      printData(JSON.object(head + zip(columns.dropFirst(2), cells.map(\.json))).text)
    }
  }

  func end() {
    if format == .table { for line in table.lines { printData(line) } }
  }
}

extension HistoryCell {
  fileprivate var forPeople: String {
    switch self {
    case .text(let text): text ?? "-"
    case .number(let value, let decimals): fixed(value, decimals)
    }
  }

  fileprivate var json: JSON {
    switch self {
    case .text(let text): JSON(text)
    case .number(let value, _): JSON(value)
    }
  }

  /// Source: RFC 4180; what does not exist is empty.
  fileprivate var inCSV: String {
    switch self {
    case .text(let text):
      guard let text, text.contains(where: { ",\"\r\n".contains($0) }) else { return text ?? "" }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    case .number(let value, _): return value.map { $0.isFinite ? "\($0)" : "" } ?? ""
    }
  }
}
