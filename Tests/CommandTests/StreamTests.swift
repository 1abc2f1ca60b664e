import ActorCluster
import Foundation
import HTTP2Connection
import Synchronization
import Testing
import TwinIdentity

@testable import BusbarCommand
@testable import Twin

extension CommandTests {
  /// What a running coordinator tells to those that subscribe.
  @Suite("A stream from a twin")
  struct StreamTests {
    @Test(
      "tells events and ticks as they happen, over mutual TLS or plainly", arguments: [false, true])
    func ticks(isPlain: Bool) async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up(["--pace", "9000"] + (isPlain ? ["--plaintext"] : [])).status == 0)
      let own = isPlain ? nil : try ProcessIdentity.asking(IdentityFolder(twin.operatorFolder))
      var ticks: [Int64] = []
      var load_MW: [Double] = []
      try await Self.follow(.snapshots, of: twin, as: own) { item in
        let figures = try TickFigures(decoding: Array(item.payload))
        ticks.append(figures.tick)
        load_MW.append(figures.load_MW)
        return ticks.count < 5
      }
      #expect(ticks == Array(0..<5))
      #expect(load_MW.allSatisfy { $0 > 0 })
      var kinds: [TwinEvent.Kind] = []
      try await Self.follow(.events, of: twin, as: own) { item in
        kinds.append(try TwinEvent(decoding: Array(item.payload)).kind)
        return kinds.count < 5
      }
      #expect(kinds.first == .coordinatorStarted)
      #expect(kinds.count { $0 == .nodeJoined } == 3)
    }

    @Test("is for operators; who else asks is refused, and the twin tells of it")
    func strangers() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let node = try ProcessIdentity.asking(IdentityFolder("\(twin.data)/identity/nodes/north"))
      for topic in TwinTopic.allCases {
        do {
          try await Self.follow(topic, of: twin, as: node) { _ in
            Issue.record("A node heard \(topic).")
            return false
          }
          Issue.record("A node may subscribe to \(topic).")
        } catch let refusal as StreamFollower.Refused {
          #expect(refusal.status == 403)
          #expect(refusal.description.contains("spiffe://cigre-mv/node/north"))
        }
      }
      let url = "\(Endpoint(try twin.addresses[0], isEncrypted: true))"
      let asked = try await Busbar.run(
        "-e", url, "events", "-f", "--identity", "\(twin.data)/identity/nodes/north")
      #expect(asked.status != 0)
      let deadline = ContinuousClock.now + .seconds(5)
      while !(try await twin.run("events").output.contains("wanted to subscribe to '")) {
        try #require(ContinuousClock.now < deadline, "No event tells of the refusal.")
        try await Task.sleep(for: .milliseconds(100))
      }
      let log = try String(contentsOfFile: "\(twin.data)/logs/coordinator.log", encoding: .utf8)
      #expect(log.contains("refused a subscription"))
    }

    @Test("is followed by 'events -f' over a restart of the coordinator, until the day is done")
    func restarted() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "9000", "--ticks", "60").status == 0)
      let url = "\(Endpoint(try twin.addresses[0], isEncrypted: true))"
      let following = try RunningCommand(
        "-e", url, "events", "-f", "-o", "json", "--identity", twin.operatorFolder)
      try await following.lines(4)
      kill(try twin.part("coordinator").pid, SIGKILL)
      try await following.note("is gone; looking for it")
      #expect(try await twin.up().status == 0)
      let ended = try await following.end(within: .seconds(30))
      #expect(ended.status == 0, "\(ended.notes)")
      let kinds = ended.outputLines.map { JSONText($0)["kind"].string }
      #expect(kinds.count { $0 == "coordinatorStarted" } == 2)
      #expect(kinds.last == "finished")
    }

    @Test("ends with Ctrl-C, and is not begun where nobody listens")
    func interrupted() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500", "--plaintext").status == 0)
      let url = "\(Endpoint(try twin.addresses[0], isEncrypted: false))"
      let following = try RunningCommand("-e", url, "events", "-f")
      try await following.lines(4)
      following.signal(SIGINT)
      #expect(try await following.end(within: .seconds(5)).status == 130)
      #expect(try await twin.run("down").status == 0)
      let late = try await Busbar.run("-e", url, "events", "-f")
      #expect(late.status == 69)
      #expect(late.notes.contains("nobody listens there"), "\(late.notes)")
    }

    /// Hears items until there are enough.
    private static func follow(
      _ topic: TwinTopic, of twin: OperatedTwin, as identity: ProcessIdentity?,
      _ goesOn: (StreamItem) throws -> Bool
    ) async throws {
      struct Enough: Error {}
      let address = try twin.addresses[0]
      let connection = try await HTTP2ClientConnection.connect(
        host: address.host, port: address.port, on: SharedLoop.group,
        tls: identity?.transport.tls, expecting: identity?.transport.name(Coordinator.nodeName))
      var follower = StreamFollower(topic: topic.rawValue)
      do {
        let end = try await follower.follow(on: connection) { news in
          guard case .item(let item) = news else {
            Issue.record("Something is missing: \(news)")
            return
          }
          if try !goesOn(item) { throw Enough() }
        }
        Issue.record("The stream ended: \(end)")
      } catch is Enough {
      } catch {
        await connection.close()
        throw error
      }
      await connection.close()
    }
  }
}
