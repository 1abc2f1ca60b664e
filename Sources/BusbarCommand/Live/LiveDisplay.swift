import Foundation
import Synchronization
import Twin

/// Keeps a live view of a twin on a terminal.
final class LiveDisplay: Sendable {
  private let screen = Screen()
  private let view: Mutex<LiveView>
  private let paint: Paint
  private let start = ContinuousClock.now

  private init(_ view: LiveView, paint: Paint) {
    self.view = Mutex(view)
    self.paint = paint
  }

  /// A display, if a person looks: standard error is a terminal, and data goes there too or is one
  /// document at the end.
  static func onTerminal(
    format: OutputFormat, twin: String, ticks: Int64, pace: Double?, step_s: Int64
  ) -> LiveDisplay? {
    guard Screen.isAvailable, format == .json || isatty(1) == 1 else { return nil }
    let wantsColour = ProcessInfo.processInfo.environment["NO_COLOR"].map(\.isEmpty) ?? true
    return LiveDisplay(
      LiveView(twin: twin, ticks: ticks, step_s: step_s, pace: pace),
      paint: Paint(hasColour: wantsColour))
  }

  func update(_ record: TickRecord) {
    let elapsed = (ContinuousClock.now - start).milliseconds / 1_000
    view.withLock { view in
      if view.figures == nil { view.firstTick = record.tick }
      view.figures = record.figures
      view.elapsed_s = elapsed
      view.isHeadless = false
    }
  }

  func update(_ status: TwinStatus?) {
    guard let status else { return }
    view.withLock { $0.status = status }
  }

  func add(_ events: [EventRecord]) {
    guard !events.isEmpty else { return }
    view.withLock { $0.events = ($0.events + events).suffix(8) }
  }

  func coordinatorIsGone() { view.withLock { $0.isHeadless = true } }

  /// Says something that stays.
  func say(_ line: String) {
    screen.say(line)
    draw()
  }

  func draw() {
    let (width, height) = (Screen.width - 1, Screen.height - 1)
    screen.draw(view.withLock { $0.lines(width: width, height: height, paint: paint) })
  }

  func close() {
    draw()
    screen.close()
  }
}
