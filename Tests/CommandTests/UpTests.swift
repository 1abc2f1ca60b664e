import Foundation
import Testing

extension CommandTests {
  @Suite("A twin that an operator runs")
  struct UpTests {
    /// Twin time that leaves a test as much wall time as it needs: five ticks a second.
    static let slow = ["--pace", "4500"]

    @Test("starts, shows itself, starts nothing twice, and ends")
    func life() async throws {
      let twin = try OperatedTwin()
      let started = try await twin.up("--pace", "4500")
      #expect(started.status == 0, "\(started.notes)")
      #expect(
        started.notes.contains("started the coordinator, node north, node middle, node south"))
      let parts = try twin.parts()
      #expect(parts.keys.sorted() == ["coordinator", "middle", "north", "south"])
      #expect(parts.values.allSatisfy { $0.isAlive && $0.parent == 1 })

      let status = try await twin.status()
      #expect(status["kind"].string == "TwinStatus")
      #expect(status["phase"].string == "running")
      #expect(status["ticks"].number == 96)
      #expect(status["nodes"].elements.allSatisfy { $0["standing"].string == "member" })
      #expect(status["segments"].elements.count == 3)

      let again = try await twin.up()
      #expect(again.status == 0)
      #expect(again.notes.contains("runs already; nothing was started"))
      #expect(try Set(twin.parts().values.map(\.pid)) == Set(parts.values.map(\.pid)))

      let down = try await twin.run("down")
      #expect(down.status == 0)
      #expect(down.notes.contains("its store is kept in"))
      #expect(try twin.hasEnded)
      #expect(try await twin.run("down").notes.hasPrefix("nothing of the twin cigre-mv runs"))
      #expect(try await twin.run("ps").status == 69)
    }

    @Test("without --detach shows its day and ends with it, with the demo's fingerprint")
    func wholeDay() async throws {
      let twin = try OperatedTwin()
      let day = try await RunningCommand(
        "up", "-f", Busbar.cigre, "--data", twin.data, "--ticks", "16", "-o", "json"
      ).end(within: .seconds(20))
      let demo = try await Busbar.run(
        "demo", "--topology", Busbar.cigre, "--ticks", "16", "-o", "json")
      #expect(day.status == 0, "\(day.notes)")
      #expect(day.outputLines.count == 1)
      let summary = JSONText(day.output)
      #expect(summary["ticks"].number == 16)
      #expect(summary["fingerprint"].text == JSONText(demo.output)["fingerprint"].text)
      #expect(try twin.hasEnded)

      let again = try await twin.up("-o", "json")
      #expect(again.status == 0)
      #expect(again.notes.contains("the day of cigre-mv is done"))
      #expect(JSONText(again.output)["fingerprint"].text == summary["fingerprint"].text)
      #expect(try twin.hasEnded)
    }

    @Test("that is interrupted ends every process with 130", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupted(_ signal: Int32) async throws {
      let twin = try OperatedTwin()
      let up = try RunningCommand(
        "up", "-f", Busbar.cigre, "--data", twin.data, "--pace", "9000", "--every", "1")
      try await up.lines(4)
      up.signal(signal)
      let ended = try await up.end(within: .seconds(8))
      #expect(ended.status == 130)
      #expect(ended.noteLines.last?.contains("every process of the twin has ended") ?? false)
      #expect(try twin.hasEnded)
    }

    @Test("goes on without a node that is killed, and with it when it is started again")
    func killedNode() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500", "--ticks", "1000").status == 0)
      kill(try twin.part("south").pid, SIGKILL)
      try await twin.eventually("the loss") { status in
        status.standing(of: "south") == "lost" && status["phase"].string == "running"
          && status.owner(of: "feeder-2") != "south"
      }
      let again = try await twin.up()
      #expect(again.status == 0, "\(again.notes)")
      #expect(again.notes.contains("started node south in"))
      try await twin.eventually("the return") { status in
        status.standing(of: "south") == "member" && status.owner(of: "feeder-2") == "south"
      }
      let events = try await twin.run("events", "-o", "json")
      #expect(events.outputLines.contains { JSONText($0)["kind"].string == "nodeLost" })
      #expect(try await twin.run("events").output.contains("node south is lost"))
      #expect(try await twin.run("down").status == 0)
    }

    @Test("whose coordinator is killed says so, and goes on when it is started again")
    func killedCoordinator() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "9000", "--ticks", "40").status == 0)
      try await twin.eventually("five ticks") { ($0["committedTick"].number ?? 0) >= 4 }
      let nodes = try twin.parts().filter { $0.key != "coordinator" }
      kill(try twin.part("coordinator").pid, SIGKILL)

      let lost = try await twin.run("ps", "-o", "json")
      #expect(lost.status == 69)
      #expect(JSONText(lost.output)["phase"].string == "headless")
      #expect(lost.notes.contains("start it again on its store with 'busbar up -f "))
      #expect(try await twin.run("doctor").status == 1)

      let again = try await twin.up()
      #expect(again.status == 0, "\(again.notes)")
      #expect(again.notes.contains("started the coordinator on its store in"))
      #expect(
        try twin.parts().filter { $0.key != "coordinator" }.mapValues(\.pid)
          == nodes.mapValues(\.pid))

      try await twin.eventually("the end of the day", within: .seconds(20)) {
        $0["phase"].string == "ended"
      }
      let summary = JSONText(try await twin.up("-o", "json").output)
      let demo = try await Busbar.run(
        "demo", "--topology", Busbar.cigre, "--ticks", "40", "-o", "json")
      #expect(summary["ticks"].number == 40)
      #expect(summary["fingerprint"].text == JSONText(demo.output)["fingerprint"].text)
    }

    @Test("answers in the words of Prometheus, and a doctor finds nothing wrong")
    func metrics() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let metrics = try await twin.run("ps", "-o", "metrics").outputLines
      for name in [
        "busbar_up{twin=\"cigre-mv\"} 1", "busbar_nodes{twin=\"cigre-mv\",state=\"member\"} 3",
        "busbar_stall_seconds{twin=\"cigre-mv\"} 0", "# TYPE busbar_tick gauge",
      ] { #expect(metrics.contains(name)) }
      #expect(
        metrics.contains {
          $0.hasPrefix("busbar_heartbeat_silence_seconds{twin=\"cigre-mv\",node=\"north\"} ")
        })

      let doctor = try await twin.run("doctor")
      #expect(doctor.status == 0, "\(doctor.output)")
      #expect(doctor.outputLines.allSatisfy { !$0.hasPrefix("FAIL") })
      let logs = try await twin.run("logs", "coordinator")
      #expect(logs.output.contains("listening at 127.0.0.1:"))
      #expect(try await twin.run("down", "--volumes").status == 0)
      #expect(!FileManager.default.fileExists(atPath: twin.data))
    }

    @Test("that cannot start says why in one sentence, and leaves nothing")
    func cannotStart() async throws {
      let scratch = try Scratch()
      let file = try scratch.write("", to: "file")
      for (arguments, status, sentence): ([String], Int32, String) in [
        (["up", "-f", "none.yaml"], 65, "there is no such file"),
        (["up", "-f", Busbar.cigre, "--data", file], 1, "cannot be written"),
        (["down", "--data", scratch.file("none").path], 69, "there is no twin in"),
        (["ps", "--data", file], 69, "there is no twin in"),
        (["logs", "--data", file], 69, "there is no twin in"),
        (["ps", "--coordinator", "127.0.0.1:1"], 69, "no coordinator answers at 127.0.0.1:1"),
      ] {
        let ended = try await RunningCommand(arguments).end(within: .seconds(10))
        #expect(ended.status == status)
        #expect(ended.noteLines.count == 1)
        #expect(ended.notes.contains(sentence))
        #expect(ended.output.isEmpty)
      }
    }

    @Test("that has no solution leaves no directory behind, and the mended grid starts there")
    func nothingLeft() async throws {
      let twin = try OperatedTwin()
      let file = try twin.scratch.write(
        FaultyGrid.sound.replacing("p_MW: 1,", with: "p_MW: 10000,"), to: "grid.yaml")
      let failed = try await twin.up(topology: file)
      #expect(failed.status != 0)
      #expect(!FileManager.default.fileExists(atPath: twin.data), "\(failed.notes)")
      _ = try twin.scratch.write(FaultyGrid.sound, to: "grid.yaml")
      let started = try await twin.up("--pace", "9000", topology: file)
      #expect(started.status == 0, "\(started.notes)")
      #expect(try await twin.run("down", "--volumes").status == 0)
    }

    @Test("keeps what a store holds when it cannot start")
    func storeStays() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500", "--ticks", "20").status == 0)
      #expect(try await twin.run("down").status == 0)
      let kept = try FileManager.default.contentsOfDirectory(atPath: twin.data)
        .filter { $0.hasPrefix("store.sqlite") }.sorted()
      let before = try await twin.run("history", "--bus", "11").outputLines.count
      // As a coordinator by hand leaves it; the grid is another one, so that the next start fails.
      try FileManager.default.removeItem(atPath: "\(twin.data)/twin.json")
      let file = try twin.scratch.write(
        try String(contentsOfFile: Busbar.cigre, encoding: .utf8)
          .replacing("length_km: 2.82", with: "length_km: 2.83"), to: "cigre-mv.yaml")
      #expect(try await twin.up(topology: file).status != 0)
      let left = try FileManager.default.contentsOfDirectory(atPath: twin.data)
        .filter { $0.hasPrefix("store.sqlite") }.sorted()
      #expect(Set(left).isSuperset(of: kept))
      #expect(try await twin.up("--pace", "4500", "--ticks", "20").status == 0)
      #expect(try await twin.run("history", "--bus", "11").outputLines.count >= before)
      #expect(try await twin.run("down", "--volumes").status == 0)
    }

    @Test("is started once by two that start it at the same time")
    func twoAtOnce() async throws {
      let twin = try OperatedTwin()
      async let one = twin.up("--pace", "4500")
      async let other = twin.up("--pace", "4500")
      let ends = try await [one, other]
      #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.notes))")
      #expect(ends.count { $0.notes.contains("runs already") } == 1)
      #expect(try await twin.run("down", "--volumes").status == 0)
      #expect(!FileManager.default.fileExists(atPath: twin.data))
    }

    @Test("does not take somebody's files for its own")
    func otherFiles() async throws {
      let twin = try OperatedTwin()
      try FileManager.default.createDirectory(
        atPath: "\(twin.data)/logs", withIntermediateDirectories: true)
      let (log, summary) = ("\(twin.data)/logs/mine.log", "\(twin.data)/summary.txt")
      for file in [log, summary] { try Data("mine".utf8).write(to: URL(fileURLWithPath: file)) }
      let refused = try await twin.up()
      #expect(refused.status == 65)
      #expect(refused.notes.contains("holds summary.txt, and no twin"))
      #expect(
        try Set(FileManager.default.contentsOfDirectory(atPath: twin.data))
          == ["logs", "summary.txt"], "It leaves nothing behind.")
      try FileManager.default.removeItem(atPath: summary)
      #expect(try await twin.up("--pace", "9000").status == 0)
      #expect(try await twin.run("down", "--volumes").status == 0)
      #expect(FileManager.default.fileExists(atPath: log))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(twin.data)/logs") == ["mine.log"])
    }

    @Test("keeps the identity that was made before, when it cannot start")
    func identityStays() async throws {
      let twin = try OperatedTwin()
      let file = try twin.scratch.write(
        FaultyGrid.sound.replacing("p_MW: 1,", with: "p_MW: 10000,"), to: "grid.yaml")
      #expect(
        try await Busbar.run("pki", "init", "--twin", "grid", "--data", twin.data).status == 0)
      #expect(try await twin.up(topology: file).status != 0)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: twin.data) == ["identity"])
    }

    @Test("ends when nobody reads what it prints")
    func closedPipe() async throws {
      let twin = try OperatedTwin()
      let shell = try RunningCommand(
        program: "/bin/bash", "-c",
        "'\(Busbar.executable.path)' up -f '\(Busbar.cigre)' --data '\(twin.data)' --pace 90000 "
          + "--every 1 | head -1")
      _ = try await shell.end(within: .seconds(20))
      try await eventually("the end of every process", within: .seconds(10)) { try twin.hasEnded }
    }

    @Test("says what of the options does not hold when it runs already")
    func otherOptions() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let again = try await twin.up("--pace", "900", "--ticks", "7")
      #expect(again.status == 0)
      #expect(again.notes.contains("it runs with a pace of 4500.000, 96 ticks; for anything else"))
      #expect(try await twin.run("down").status == 0)
    }

    @Test("is started in plaintext only when that is asked for")
    func plaintextEachTime() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500", "--plaintext").status == 0)
      let again = try await twin.up("--pace", "4500")
      #expect(again.status == 65)
      #expect(again.notes.contains("runs with --plaintext"))
      let down = try await twin.run("down")
      #expect(down.notes.contains("--detach --plaintext' goes on"))
      #expect(try await twin.up("--pace", "4500").status == 0)
      #expect(FileManager.default.fileExists(atPath: "\(twin.data)/identity"))
      #expect(try await twin.run("down").status == 0)
    }

    @Test("is not asked for with empty words, nor with a pace that is none")
    func emptyWords() async throws {
      for wrong in [["--data", ""], ["--data="], ["--pace", "1e-9"], ["--pace", "1e300"]] {
        let refused = try await RunningCommand(["up", "-f", Busbar.cigre] + wrong)
          .end(within: .seconds(5))
        #expect(refused.status == 64, "\(wrong)")
      }
    }

    @Test("keeps its directory to itself")
    func otherTwin() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let other = try await twin.up(topology: Busbar.ieee118)
      #expect(other.status == 65)
      #expect(other.notes.contains("is the directory of the twin 'cigre-mv'"))
      let unknown = try await twin.run("logs", "nrth")
      #expect(unknown.status == 69)
      #expect(unknown.notes.contains("it has coordinator, north, middle, south"))
      #expect(try await twin.run("down").status == 0)
    }

    @Test("whose processes do not listen to reason is ended all the same")
    func stoppedProcesses() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      for part in try twin.parts().values { kill(part.pid, SIGSTOP) }
      let ps = try await twin.run("ps")
      #expect(ps.status == 69)
      #expect(ps.notes.contains("is stopped; 'kill -CONT"))
      #expect(try await twin.run("down").status == 0)
      #expect(try twin.hasEnded)
    }
  }
}

extension JSONText {
  /// What `ps` tells about a node.
  fileprivate func standing(of node: String) -> String? {
    self["nodes"].elements.first { $0["node"].string == node }?["standing"].string
  }

  fileprivate func owner(of segment: String) -> String? {
    self["segments"].elements.first { $0["segment"].string == segment }?["node"].string
  }
}
