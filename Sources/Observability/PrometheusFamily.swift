/// Something that is shown as one or more samples with the same labels.
protocol PrometheusSeries: AnyObject, Sendable {
  /// The lines of the series, each with its end.
  func lines(name: String, labels: String) -> String
}

/// A metric with all its series.
struct PrometheusFamily: Sendable {
  let name: String
  let measure: Measure
  private var series: [String: any PrometheusSeries] = [:]

  init(_ name: String, _ measure: Measure) {
    self.name = name
    self.measure = measure
  }

  var count: Int { series.count }

  subscript(labels: String) -> (any PrometheusSeries)? { series[labels] }

  mutating func keep(_ new: any PrometheusSeries, _ labels: String) { series[labels] = new }

  mutating func forget(_ old: AnyObject) {
    guard let labels = series.first(where: { $0.value === old })?.key else { return }
    series[labels] = nil
  }

  /// The metric in one uninterrupted group, as the format wants it; nothing without a series.
  var text: String {
    guard !series.isEmpty else { return "" }
    var text = ""
    if !measure.help.isEmpty { text += "# HELP \(name) \(PrometheusText.help(measure.help))\n" }
    text += "# TYPE \(name) \(measure.form.word)\n"
    for (labels, series) in series.sorted(by: { $0.key < $1.key }) {
      text += series.lines(name: name, labels: labels)
    }
    return text
  }
}
