import Logging
import Synchronization
import Testing

@testable import Observability

/// Lines of a log.
struct LogTests {
  @Test("A line has time, level, component, message, and metadata by name")
  func line() {
    let lines = Lines()
    var log = lines.logger()
    log[metadataKey: "era"] = "4"
    log.warning("node south is lost", metadata: ["tick": "17", "why": "no answer"])
    #expect(
      lines.all == ["NOW warning coordinator node south is lost era=4 tick=17 why=\"no answer\""])
  }

  @Test("What is below the level is not written")
  func level() {
    let lines = Lines()
    let log = lines.logger(.warning)
    log.info("small talk")
    log.error("trouble")
    #expect(lines.all == ["NOW error coordinator trouble"])
  }

  @Test("Nobody writes a line of his own by what he is called")
  func oneLine() {
    let lines = Lines()
    lines.logger().info(
      "who\nNOW error coordinator lies\u{1B}[31m", metadata: ["name": "a\r\nb \"c\""])
    #expect(
      lines.all == [
        "NOW info coordinator who\\nNOW error coordinator lies\\x1b[31m name=\"a\\r\\nb \\\"c\\\"\""
      ])
  }

  @Test(
    "Keys and tokens are never written",
    arguments: ["key", "joinToken", "Authorization", "password", "client_secret"])
  func secrets(_ name: String) {
    let lines = Lines()
    let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----"
    let log = lines.logger()
    log.info("join", metadata: [name: "hunter2", "file": "\(pem)"])
    log.error("cannot read \(pem)")
    let text = lines.all.joined()
    #expect(text.contains("\(name)=(hidden)"))
    #expect(!text.contains("hunter2"))
    #expect(!text.contains("MC4CAQ"))
  }

  /// What was written.
  private final class Lines: Sendable {
    private let written = Mutex<[String]>([])

    var all: [String] { written.withLock { $0 } }

    func logger(_ level: Logger.Level = .info) -> Logger {
      let output = LineLogHandler.Output(
        write: { line in self.written.withLock { $0.append(line) } }, time: { "NOW" })
      return Logger(label: "coordinator") { _ in
        LineLogHandler(component: "coordinator", level: level, output: output)
      }
    }
  }
}
