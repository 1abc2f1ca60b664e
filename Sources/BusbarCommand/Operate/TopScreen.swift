import Foundation

/// There is no process of the twin any more.
struct TwinHasEnded: Error {
  /// In words, for a person who looks.
  let refusal: Refusal
}

/// Draws a view again every second, until a person has seen enough; once where nobody looks.
enum TopScreen {
  private static let pause = Duration.seconds(1)
  /// Between two looks at the keyboard.
  private static let step = Duration.milliseconds(50)
  /// Of what is printed once.
  private static let width = 100

  /// - Parameter look: brings the view up to date; its first failure ends the command, later ones show a
  ///   twin without a coordinator, and `TwinHasEnded` ends it at any time.
  static func show(
    _ view: LiveView, _ look: (inout LiveView) async throws -> Void
  ) async throws {
    var view = view
    try await look(&view)
    guard isatty(1) == 1, Screen.isAvailable else {
      for line in view.lines(width: width, height: .max, paint: Paint(hasColour: false)) {
        printData(line)
      }
      return
    }
    let wantsColour = ProcessInfo.processInfo.environment["NO_COLOR"].map(\.isEmpty) ?? true
    let paint = Paint(hasColour: wantsColour)
    let enough = Interruption()
    let signals = Signals.receive([SIGINT, SIGTERM, SIGHUP])
    let listening = Task {
      for await _ in signals { return enough.set() }
    }
    let screen = Screen()
    let keys = Keys { if $0 == UInt8(ascii: "q") { enough.set() } }
    defer {
      keys.release()
      screen.close()
      listening.cancel()
    }
    func draw() {
      screen.draw(view.lines(width: Screen.width - 1, height: Screen.height - 1, paint: paint))
    }
    let start = ContinuousClock.now
    while !enough.isSet {
      view.elapsed_s = (ContinuousClock.now - start).milliseconds / 1_000
      draw()
      let next = ContinuousClock.now + pause
      while !enough.isSet, ContinuousClock.now < next { try await Task.sleep(for: step) }
      guard !enough.isSet else { break }
      do { try await look(&view) } catch let end as TwinHasEnded {
        view.hasEnded = true
        draw()
        throw end
      } catch { view.isHeadless = true }
    }
  }
}
