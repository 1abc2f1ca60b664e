import Metrics
import Testing

@testable import Observability

/// The text format of Prometheus, version 0.0.4.
struct PrometheusTests {
  @Test("A metric has its help, its type and its samples in one group, and ends with a line feed")
  func group() {
    let calls = Measure("calls_total", "Calls so far.", .counter)
    let metrics = PrometheusMetrics([calls], labels: [("twin", "t")])
    calls.counter([("kind", "b")], in: metrics).increment(by: 2)
    calls.counter([("kind", "a")], in: metrics).increment()
    Measure("age", "", .gauge).gauge(in: metrics).record(1.5)
    #expect(
      lines(metrics) == [
        "# TYPE age gauge", "age{twin=\"t\"} 1.5",
        "# HELP busbar_metrics_refused_total "
          + PrometheusMetrics.refused.help, "# TYPE busbar_metrics_refused_total counter",
        "busbar_metrics_refused_total{twin=\"t\"} 0", "# HELP calls_total Calls so far.",
        "# TYPE calls_total counter", "calls_total{twin=\"t\",kind=\"a\"} 1",
        "calls_total{twin=\"t\",kind=\"b\"} 2",
      ])
    #expect(metrics.text.hasSuffix("\n"))
  }

  @Test(
    "A backslash, a quote and a line feed in a label are escaped, in a help text all but quotes")
  func escapes() {
    let odd = Measure("odd", "a \\ b\nc \"d\"", .gauge)
    let metrics = PrometheusMetrics([odd])
    odd.gauge([("path", "C:\\D\n\"x\"\r\n")], in: metrics).record(1)
    #expect(lines(metrics).contains("# HELP odd a \\\\ b\\nc \"d\""))
    #expect(metrics.text.contains("odd{path=\"C:\\\\D\\n\\\"x\\\"\r\\n\"} 1\n"))
  }

  @Test("Names hold only what the format allows")
  func names() {
    let metrics = PrometheusMetrics()
    Counter(label: "1st.call-rate", dimensions: [("a:b", "1"), ("", "2")], factory: metrics)
      .increment()
    #expect(lines(metrics).contains("_1st_call_rate{a_b=\"1\",_=\"2\"} 1"))
  }

  @Test(
    "A number is written as it is read again",
    arguments: [
      (0.0, "0"), (-1, "-1"), (2.5, "2.5"), (1e300, "1e+300"), (.infinity, "+Inf"),
      (-.infinity, "-Inf"), (9_007_199_254_740_992, "9007199254740992.0"),
    ])
  func numbers(_ number: Double, _ text: String) {
    #expect(PrometheusText.number(number) == text)
    #expect(PrometheusText.number(.nan) == "NaN")
  }

  @Test("Buckets of a histogram add up, and the last one is the count")
  func histogram() {
    let wait = Measure("wait_seconds", "A wait.", .histogram(bounds: [0.1, 1]))
    let metrics = PrometheusMetrics([wait])
    let timer = wait.timer([("who", "me")], in: metrics)
    for milliseconds in [50, 100, 101, 5_000] { timer.recordMilliseconds(milliseconds) }
    #expect(
      lines(metrics).suffix(6) == [
        "# TYPE wait_seconds histogram", "wait_seconds_bucket{who=\"me\",le=\"0.1\"} 2",
        "wait_seconds_bucket{who=\"me\",le=\"1\"} 3",
        "wait_seconds_bucket{who=\"me\",le=\"+Inf\"} 4", "wait_seconds_sum{who=\"me\"} 5.251",
        "wait_seconds_count{who=\"me\"} 4",
      ])
  }

  @Test("What is no number is not observed")
  func noNumber() {
    let size = Measure("size", "", .histogram(bounds: [1]))
    let metrics = PrometheusMetrics([size])
    let recorder = size.recorder(in: metrics)
    for value in [Double.nan, .infinity, 1e30] { recorder.record(value) }
    recorder.record(1)
    #expect(lines(metrics).contains("size_count 1"))
  }

  @Test("Two handles of one name and labels count together")
  func sameSeries() {
    let metrics = PrometheusMetrics()
    for _ in 0..<2 { Counter(label: "c", dimensions: [("a", "1")], factory: metrics).increment() }
    #expect(lines(metrics).contains("c{a=\"1\"} 2"))
  }

  @Test("A counter does not go down, and a meter does")
  func directions() {
    let metrics = PrometheusMetrics()
    let counter = Counter(label: "c", factory: metrics)
    counter.increment(by: 3)
    counter.increment(by: -2)
    let meter = Meter(label: "m", factory: metrics)
    meter.set(3)
    meter.decrement(by: 2)
    let sum = FloatingPointCounter(label: "f", factory: metrics)
    sum.increment(by: 0.5)
    sum.increment(by: -0.25)
    #expect(Set(lines(metrics)).isSuperset(of: ["c 3", "m 1", "f 0.5"]))
  }

  @Test("Label sets beyond the bound share one series, and are counted")
  func bound() {
    let metrics = PrometheusMetrics()
    let extra = 5
    for index in 0..<PrometheusMetrics.seriesPerMetric + extra {
      Counter(label: "c", dimensions: [("n", "\(index)")], factory: metrics).increment()
    }
    let series = lines(metrics).filter { $0.hasPrefix("c{") }
    #expect(series.count == PrometheusMetrics.seriesPerMetric + 1)
    #expect(series.contains("c{n=\"other\"} \(extra)"))
    #expect(lines(metrics).contains("busbar_metrics_refused_total \(extra)"))
  }

  @Test("Metrics beyond the bound are counted and not kept")
  func boundOfNames() {
    let metrics = PrometheusMetrics()
    for index in 0..<PrometheusMetrics.maximumMetrics {
      Counter(label: "c\(index)", factory: metrics).increment()
    }
    #expect(
      lines(metrics).filter { $0.hasPrefix("# TYPE") }.count == PrometheusMetrics.maximumMetrics)
    #expect(lines(metrics).contains("busbar_metrics_refused_total 1"))
  }

  @Test("A name that is a counter already is no gauge")
  func otherForm() {
    let metrics = PrometheusMetrics()
    Counter(label: "c", factory: metrics).increment()
    Gauge(label: "c", dimensions: [("a", "1")], factory: metrics).record(7)
    #expect(lines(metrics).filter { $0.hasPrefix("c") } == ["c 1"])
    #expect(lines(metrics).contains("busbar_metrics_refused_total 1"))
  }

  @Test("A handle that is destroyed is shown no more")
  func destroy() {
    let metrics = PrometheusMetrics()
    let gauge = Gauge(label: "g", factory: metrics)
    gauge.record(1)
    gauge.destroy()
    #expect(!metrics.text.contains("g "))
  }

  @Test("Counting on many threads loses nothing")
  func concurrency() async {
    let wait = Measure("wait", "", .histogram(bounds: [1]))
    let metrics = PrometheusMetrics([wait])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let counter = Counter(label: "c", factory: metrics)
          let timer = wait.timer(in: metrics)
          let sum = FloatingPointCounter(label: "f", factory: metrics)
          for _ in 0..<10_000 {
            counter.increment()
            timer.recordNanoseconds(500_000_000)
            sum.increment(by: 0.5)
          }
        }
      }
    }
    #expect(
      Set(lines(metrics)).isSuperset(
        of: ["c 80000", "f 40000", "wait_count 80000", "wait_sum 40000"]))
  }

  private func lines(_ metrics: PrometheusMetrics) -> [String] {
    metrics.text.split(separator: "\n").map(String.init)
  }
}
