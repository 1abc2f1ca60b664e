import Foundation

/// A chart with a logarithmic upright axis, as SVG.
struct Chart {
  /// One run; a single point is drawn as a dot.
  struct Line {
    var color: Int
    var points: [(x: Double, y: Double)]
  }

  let title: String
  let across: String
  let up: String
  var hasLogarithmicX = false
  private var drawn: [Line] = []

  /// Below this, a number is rounding.
  private static let floor = 1e-14
  private static let (width, height) = (560.0, 340.0)
  private static let (left, right, top, bottom) = (64.0, 14.0, 34.0, 44.0)
  private static let colors = [
    "#1663c7", "#c4421a", "#1b8a5a", "#8a3fb0", "#b58a00", "#00818f", "#a02c5a", "#5b6470",
  ]

  init(title: String, across: String, up: String) {
    self.title = title
    self.across = across
    self.up = up
  }

  static func color(_ number: Int) -> String { colors[number % colors.count] }

  mutating func add(_ line: Line) {
    var line = line
    line.points = line.points.filter {
      $0.x.isFinite && $0.y.isFinite && (!hasLogarithmicX || $0.x > 0)
    }
    .map { ($0.x, max(Self.floor, $0.y)) }
    if !line.points.isEmpty { drawn.append(line) }
  }

  var svg: String {
    let head =
      "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" font-family=\"system-ui, "
      + "sans-serif\" font-size=\"12\"><title>\(title)</title>"
      + "<text x=\"\(Self.left)\" y=\"20\" font-size=\"14\" font-weight=\"600\">\(title)</text>"
    let points = drawn.flatMap(\.points)
    guard !points.isEmpty else {
      return head
        + "<text x=\"\(Self.left)\" y=\"60\" fill=\"#55606e\">nothing to draw: no trace, or no "
        + "optimum to compare with</text></svg>"
    }
    let xs = points.map { hasLogarithmicX ? log10($0.x) : $0.x }
    let ys = points.map { log10($0.y) }
    let x0 = hasLogarithmicX ? xs.min()!.rounded(.down) : 0
    var x1 = hasLogarithmicX ? xs.max()!.rounded(.up) : xs.max()!
    if x1 <= x0 { x1 = x0 + 1 }
    let y0 = ys.min()!.rounded(.down)
    let y1 = max(ys.max()!.rounded(.up), y0 + 1)
    func place(_ x: Double, _ y: Double) -> (String, String) {
      let across = ((hasLogarithmicX ? log10(x) : x) - x0) / (x1 - x0)
      let up = (log10(y) - y0) / (y1 - y0)
      return (
        fixed(Self.left + across * (Self.width - Self.left - Self.right), 1),
        fixed(Self.height - Self.bottom - up * (Self.height - Self.top - Self.bottom), 1)
      )
    }
    var body = axes(x0, x1, y0, y1)
    for line in drawn {
      let color = Self.color(line.color)
      if line.points.count == 1 {
        let (x, y) = place(line.points[0].x, line.points[0].y)
        body += "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"4\" fill=\"\(color)\" fill-opacity=\".75\"/>"
      } else {
        let path = line.points.map { point in
          let (x, y) = place(point.x, point.y)
          return "\(x),\(y)"
        }
        body +=
          "<polyline points=\"\(path.joined(separator: " "))\" fill=\"none\" stroke=\"\(color)\" "
          + "stroke-width=\"1.2\" stroke-opacity=\".8\"/>"
      }
    }
    return head + body + "</svg>"
  }

  private func axes(_ x0: Double, _ x1: Double, _ y0: Double, _ y1: Double) -> String {
    let (plotWidth, plotHeight) = (
      Self.width - Self.left - Self.right, Self.height - Self.top - Self.bottom
    )
    var text = ""
    let step = max(1, Int(((y1 - y0) / 8).rounded(.up)))
    for exponent in stride(from: Int(y0), through: Int(y1), by: step) {
      let y = fixed(Self.height - Self.bottom - (Double(exponent) - y0) / (y1 - y0) * plotHeight, 1)
      text +=
        "<line x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(y)\" y2=\"\(y)\" "
        + "stroke=\"#dde3ea\"/><text x=\"\(Self.left - 8)\" y=\"\(y)\" text-anchor=\"end\" "
        + "dominant-baseline=\"middle\">1e\(exponent)</text>"
    }
    for (value, label) in ticks(x0, x1) {
      let x = fixed(Self.left + (value - x0) / (x1 - x0) * plotWidth, 1)
      text +=
        "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.top)\" y2=\"\(Self.height - Self.bottom)\" "
        + "stroke=\"#eef1f5\"/><text x=\"\(x)\" y=\"\(Self.height - Self.bottom + 16)\" "
        + "text-anchor=\"middle\">\(label)</text>"
    }
    let middle = fixed(Self.top + plotHeight / 2, 1)
    return text
      + "<text x=\"\(fixed(Self.left + plotWidth / 2, 1))\" y=\"\(Self.height - 6)\" "
      + "text-anchor=\"middle\">\(across)</text>"
      + "<text x=\"14\" y=\"\(middle)\" text-anchor=\"middle\" "
      + "transform=\"rotate(-90 14 \(middle))\">\(up)</text>"
  }

  private func ticks(_ x0: Double, _ x1: Double) -> [(Double, String)] {
    guard !hasLogarithmicX else {
      let step = max(1, Int(((x1 - x0) / 6).rounded(.up)))
      return stride(from: Int(x0), through: Int(x1), by: step).map { (Double($0), "1e\($0)") }
    }
    let power = pow(10, log10((x1 - x0) / 5).rounded(.down))
    let step = power * ([1.0, 2, 5, 10].first { $0 * power * 6 >= x1 - x0 } ?? 10)
    return stride(from: 0, through: x1, by: step).map { ($0, short($0)) }
  }
}
