import ActorCluster
import SeededRandom
import SimulatedCluster
import Testing

@testable import Twin

/// Who is part of the twin follows from who answers, and from nothing else.
struct FailureDetectorTests {
  let heartbeats = Heartbeats()

  // MARK: Coming

  @Test("A node that announces itself is a candidate, and a member once it has answered")
  func becomesMember() {
    var detector = FailureDetector()
    #expect(detector.standing(of: "north") == nil)
    detector.join("north", at: .zero)
    #expect(detector.standing(of: "north") == .candidate)
    #expect(detector.members == [])
    #expect(detector.tick(at: .zero) == [.ask("north")])
    let isNew = detector.answered("north", at: .milliseconds(1))
    let isNewAgain = detector.answered("north", at: .milliseconds(2))
    #expect(isNew)
    #expect(!isNewAgain, "It became a member once.")
    #expect(detector.standing(of: "north") == .member)
    #expect(detector.members == ["north"])
  }

  @Test("A node that never joined is nobody, whatever it answers")
  func stranger() {
    var detector = FailureDetector()
    let isNew = detector.answered("north", at: .zero)
    #expect(!isNew)
    detector.failed("north", at: .zero)
    detector.suspect("north", at: .zero)
    #expect(detector.members == [])
    #expect(detector.standing(of: "north") == nil)
    #expect(detector.silence(of: "north", at: .zero) == nil)
    #expect(detector.tick(at: .seconds(5)) == [])
  }

  @Test("Members are told by name, whoever came first")
  func membersByName() {
    var detector = FailureDetector()
    for node in ["south", "east", "north", "middle"] as [NodeName] {
      detector.join(node, at: .zero)
      _ = detector.answered(node, at: .zero)
    }
    #expect(detector.members == ["east", "middle", "north", "south"])
    #expect(
      detector.tick(at: .zero) == [.ask("east"), .ask("middle"), .ask("north"), .ask("south")])
  }

  @Test("A candidate that never answers is forgotten, and was never a member")
  func forgotten() {
    var watch = Looks(FailureDetector())
    watch.detector.join("north", at: .zero)
    let end = watch.look(until: .seconds(3)) { watch, action in
      #expect(watch.detector.members == [])
      return action == .forget("north")
    }
    #expect(end.map { $0 <= heartbeats.silence + heartbeats.resolution } ?? false)
    #expect(watch.detector.standing(of: "north") == nil)
    #expect(watch.look(until: .seconds(6)) { _, _ in true } == nil, "Nobody asks it any more.")
    let isNew = watch.detector.answered("north", at: watch.now)
    #expect(!isNew, "An answer that comes too late makes no member.")
    #expect(watch.detector.members == [])
  }

  @Test("A candidate that cannot be called is forgotten as soon as a member would be lost")
  func candidateCannotBeCalled() {
    var watch = Looks(FailureDetector())
    watch.detector.join("north", at: .zero)
    let end = watch.lookFailing(["north"], until: .seconds(3)) { $0 == .forget("north") }
    #expect(end.map { $0 <= .milliseconds(200) } ?? false)
  }

  // MARK: Going

  @Test(
    "A member that hangs is lost a silence after its last answer, not before and not later",
    arguments: [0, 1, 13, 49, 50, 120, 249])
  func hanging(offset_ms: Int) {
    var watch = Looks(member: "north")
    let last = Duration.seconds(2) + .milliseconds(offset_ms)
    _ = watch.lookAnswering(["north"], until: last)
    let answered = watch.lastAnswer["north"]!
    let end = watch.look(until: .seconds(9)) { watch, action in
      guard case .announceLost("north", let silence) = action else { return false }
      #expect(silence == watch.now - answered)
      return true
    }
    #expect(end == answered + heartbeats.silence)
    #expect(watch.detector.members == [])
  }

  @Test("A silence just short of the limit is no loss; the limit is one")
  func limit() {
    for (silence, isLost) in [(Duration.milliseconds(999), false), (.milliseconds(1_000), true)] {
      var watch = Looks(member: "north")
      _ = watch.look(until: .milliseconds(950)) { _, _ in false }
      let actions = watch.detector.tick(at: silence)
      #expect(actions.contains(.announceLost("north", silence: silence)) == isLost)
      #expect(watch.detector.members.isEmpty == isLost)
    }
  }

  @Test(
    "A member whose process ended is lost within 0.2 s: its connection breaks, questions fail",
    arguments: [0, 1, 17, 49], [0, 1, 10])
  func failing(offset_ms: Int, latency_ms: Int) {
    var watch = Looks(member: "north")
    _ = watch.lookAnswering(["north"], until: .seconds(1))
    let broken = Duration.seconds(1) + .milliseconds(offset_ms)
    watch.detector.suspect("north", at: broken)
    watch.now = watch.detector.nextLook!
    let end = watch.lookFailing(
      ["north"], after: .milliseconds(latency_ms), until: .seconds(9)
    ) {
      if case .announceLost("north", _) = $0 { true } else { false }
    }
    #expect(end.map { $0 - broken <= .milliseconds(200) } ?? false)
  }

  @Test("Questions that fail are a loss only in a row: one answer makes up for all before")
  func failuresInARow() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.answered("north", at: .zero)
    for round in 0..<10 {
      let now = Duration.milliseconds(100 * round)
      for _ in 1..<heartbeats.failures { detector.failed("north", at: now) }
      #expect(!detector.tick(at: now).contains { $0 != .ask("north") })
      #expect(detector.members == ["north"])
      _ = detector.answered("north", at: now)
    }
    for _ in 0..<heartbeats.failures { detector.failed("north", at: .seconds(1)) }
    #expect(
      detector.tick(at: .seconds(1)).contains(.announceLost("north", silence: .milliseconds(100))))
  }

  @Test("A suspicion alone is no loss: the node is asked at once, and once")
  func suspicion() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.tick(at: .zero)
    _ = detector.answered("north", at: .milliseconds(1))
    #expect(detector.tick(at: .milliseconds(50)) == [])
    detector.suspect("north", at: .milliseconds(60))
    #expect(detector.tick(at: .milliseconds(100)) == [.ask("north")])
    #expect(detector.tick(at: .milliseconds(150)) == [])
    #expect(detector.members == ["north"])
  }

  @Test("A suspicion does not put off a question that is due sooner")
  func suspicionIsNotLater() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    detector.suspect("north", at: .seconds(1))
    detector.failed("north", at: .seconds(1))
    #expect(detector.tick(at: .zero) == [.ask("north")])
  }

  @Test("A loss is announced once, and a lost node is asked nothing")
  func announcedOnce() {
    var watch = Looks(member: "north")
    var losses = 0
    _ = watch.look(until: .seconds(20)) { watch, action in
      switch action {
      case .announceLost: losses += 1
      case .ask: #expect(losses == 0)
      case .forget: Issue.record("A member is not forgotten.")
      }
      return false
    }
    #expect(losses == 1)
    #expect(watch.detector.standing(of: "north") == .lost)
  }

  @Test("A lost node stays lost whatever it answers, and comes back by joining as new")
  func comesBack() {
    var watch = Looks(member: "north")
    _ = watch.look(until: .seconds(2)) { _, _ in false }
    let wasTaken = watch.detector.answered("north", at: watch.now)
    #expect(!wasTaken)
    #expect(watch.detector.members == [])
    _ = watch.look(until: .seconds(3)) { _, _ in false }
    #expect(watch.detector.standing(of: "north") == .lost)

    watch.detector.join("north", at: watch.now)
    #expect(watch.detector.members == [], "It has to answer first.")
    let end = watch.lookAnswering(["north"], until: watch.now + .seconds(2))
    #expect(end == nil, "Nothing of its past counts.")
    #expect(watch.detector.members == ["north"])
  }

  @Test("Failures before a node joined anew are not held against it")
  func freshStart() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    for _ in 0..<10 { detector.failed("north", at: .milliseconds(1)) }
    detector.join("north", at: .milliseconds(2))
    #expect(detector.tick(at: .milliseconds(3)) == [.ask("north")])
  }

  @Test("A node that is forgotten is nobody, and may join as new")
  func isForgotten() {
    var watch = Looks(member: "north")
    watch.detector.forget("north")
    #expect(watch.detector.members == [])
    #expect(watch.look(until: .seconds(3)) { _, _ in true } == nil, "Nothing is announced.")
    watch.detector.join("north", at: watch.now)
    #expect(watch.detector.standing(of: "north") == .candidate)
  }

  // MARK: Its own pauses

  @Test(
    "The time in which this process itself stood still is no silence", arguments: [300, 10_000])
  func ownPause(pause_ms: Int) {
    var watch = Looks(member: "north")
    _ = watch.lookAnswering(["north"], until: .seconds(1))
    let silence = watch.detector.silence(of: "north", at: watch.now)!
    watch.now += .milliseconds(pause_ms)
    let end = watch.lookAnswering(["north"], until: watch.now + .seconds(2))
    #expect(end == nil)
    #expect(watch.detector.members == ["north"])
    #expect(silence < heartbeats.interval)
  }

  @Test("Whoever was gone before this process stood still is lost soon after it")
  func hangsAcrossOwnPause() {
    var watch = Looks(member: "north")
    _ = watch.lookAnswering(["north"], until: .seconds(1))
    watch.now += .seconds(10)
    let woken = watch.now
    let end = watch.look(until: woken + .seconds(5)) { _, action in
      if case .announceLost = action { true } else { false }
    }
    #expect(end.map { $0 - woken <= heartbeats.silence + heartbeats.resolution } ?? false)
  }

  @Test("An answer between a pause of this process and its next look does not hide a later silence")
  func answerAfterOwnPause() {
    var watch = Looks(member: "north")
    _ = watch.lookAnswering(["north"], until: .seconds(1))
    watch.now += .seconds(10)
    // What had waited in the socket is read before the process comes to look.
    _ = watch.detector.answered("north", at: watch.now)
    let answered = watch.now
    let end = watch.look(until: answered + .seconds(20)) { _, action in
      if case .announceLost = action { true } else { false }
    }
    #expect(
      end.map { $0 - answered <= heartbeats.silence + heartbeats.resolution } ?? false)
  }

  @Test("A process that is always late to look finds a hanging node too")
  func slowLooks() {
    var watch = Looks(member: "north")
    watch.lateness = .milliseconds(400)
    let end = watch.look(until: .seconds(60)) { _, action in
      if case .announceLost = action { true } else { false }
    }
    #expect(end != nil)
  }

  // MARK: Whatever happens

  @Test(
    "Whatever happens: no silent member, no return without joining, each loss told once",
    arguments: 1...60 as ClosedRange<UInt64>)
  func anything(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let nodes: [NodeName] = ["a", "b", "c", "d"]
    var detector = FailureDetector()
    var standings: [NodeName: FailureDetector.Standing] = [:]
    var heard: [NodeName: Duration] = [:]
    var now = Duration.zero
    for _ in 0..<1_000 {
      let node = nodes.randomElement(using: &generator)!
      switch Int.random(in: 0..<40, using: &generator) {
      case 0:
        detector.join(node, at: now)
        standings[node] = .candidate
        heard[node] = now
      case 1..<12:
        let isNew = detector.answered(node, at: now)
        #expect(isNew == (standings[node] == .candidate))
        if standings[node] == .candidate || standings[node] == .member {
          standings[node] = .member
          heard[node] = now
        }
      case 12..<15: detector.failed(node, at: now)
      case 15: detector.suspect(node, at: now)
      default:
        // Never late enough to be a pause of its own.
        now += .milliseconds(Int.random(in: 1...50, using: &generator))
        for action in detector.tick(at: now) {
          switch action {
          case .ask(let node):
            #expect(standings[node] == .candidate || standings[node] == .member)
          case .announceLost(let node, let silence):
            #expect(standings[node] == .member)
            #expect(silence == now - heard[node]!)
            standings[node] = .lost
          case .forget(let node):
            #expect(standings[node] == .candidate)
            standings[node] = nil
          }
        }
        for member in detector.members { #expect(now - heard[member]! < heartbeats.silence) }
        #expect(detector.nextLook.map { $0 > now } ?? true, "All that was due is done.")
      }
      for node in nodes { #expect(detector.standing(of: node) == standings[node]) }
      #expect(detector.members == nodes.filter { standings[$0] == .member })
    }
  }
}
