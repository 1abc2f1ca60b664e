import Testing

@testable import BusbarCommand

struct LiveViewTests {
  private var view: LiveView {
    LiveView(twin: "cigre-mv", ticks: 96, step_s: 900, pace: 900, events: [])
  }

  @Test("It fits into a narrow terminal", arguments: [20, 40, 79])
  func fits(width: Int) {
    let lines = view.lines(width: width, height: .max, paint: Paint(hasColour: false))
    #expect(lines.allSatisfy { $0.count <= width })
  }

  @Test("It is no higher than the terminal, and counts the nodes that do not fit")
  func height() {
    var view = view
    view.isHeadless = true
    view.answering = (1...40).map { "node-\($0)" }
    let lines = view.lines(width: 79, height: 12, paint: Paint(hasColour: false))
    #expect(lines.count == 12)
    #expect(lines.first?.hasPrefix("cigre-mv: no coordinator") == true)
    #expect(lines.last == "… and 32 nodes more")
    #expect(view.lines(width: 79, height: .max, paint: Paint(hasColour: false)).count == 43)
  }

  @Test("It tells how much is done and how long the rest takes at this pace")
  func progress() {
    let line = view.lines(width: 79, height: .max, paint: Paint(hasColour: false))[1]
    #expect(line == "[" + String(repeating: ".", count: 40) + "] tick 0 of 96, 1:36 min left")
  }

  @Test("Colours take no room, and none are used where they are not wanted")
  func colours() {
    let bright = Paint(hasColour: true)
    #expect(bright.fit(bright.alarm("lost and gone"), to: 4) == "\u{1B}[31mlost\u{1B}[0m")
    #expect(Paint(hasColour: false).alarm("lost") == "lost")
  }
}
