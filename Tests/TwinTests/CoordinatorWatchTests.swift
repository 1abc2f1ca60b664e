import SeededRandom
import SimulatedCluster
import Testing

@testable import Twin

/// A node finds out by itself that it acts for nobody any more.
struct CoordinatorWatchTests {
  @Test("While the coordinator is heard every now and then there is nothing to do")
  func heard() {
    var looks = Looks()
    for second in 1...20 {
      #expect(looks.look(until: .seconds(second)) == [])
      looks.watch.heard(at: looks.now)
    }
    #expect(!looks.watch.isOrphaned)
  }

  @Test("A coordinator that is silent for a second and a half is joined anew, not before")
  func silence() {
    var looks = Looks()
    #expect(looks.look(until: .milliseconds(1_499)) == [])
    #expect(!looks.watch.isOrphaned)
    let first = looks.watch.tick(at: .milliseconds(1_500))
    #expect(first == [.join, .shadow])
    #expect(looks.watch.isOrphaned)
  }

  @Test("A node waits longer than its coordinator needs to find it lost")
  func isTheSecondToKnow() {
    let heartbeats = Heartbeats()
    #expect(CoordinatorWatch.silence > heartbeats.silence + heartbeats.resolution)
    #expect(CoordinatorWatch.silence > heartbeats.interval * 2, "A message may be late.")
  }

  @Test("An orphan joins every 250 ms and runs a shadow tick every second, for as long as it takes")
  func orphan() {
    var looks = Looks()
    let actions = looks.look(until: .milliseconds(11_499))
    let joins = actions.filter { $0.action == .join }.map(\.at)
    let shadows = actions.filter { $0.action == .shadow }.map(\.at)
    #expect(joins == (0..<40).map { .milliseconds(1_500 + 250 * $0) })
    #expect(shadows == (0..<10).map { .milliseconds(1_500 + 1_000 * $0) })
  }

  @Test("A word from the coordinator ends it; the next silence begins anew")
  func heardAgain() {
    var looks = Looks()
    #expect(!looks.look(until: .seconds(2)).isEmpty)
    looks.watch.heard(at: looks.now)
    #expect(!looks.watch.isOrphaned)
    let start = looks.now
    #expect(looks.look(until: start + .milliseconds(1_499)) == [])
    let again = looks.look(until: start + .milliseconds(1_500))
    #expect(again.map(\.action) == [.join, .shadow])
  }

  @Test("A node whose connection broke joins at once, and again until it is heard")
  func lostConnection() {
    var looks = Looks()
    #expect(looks.look(until: .seconds(1)) == [])
    looks.watch.heard(at: looks.now)
    looks.watch.lostConnection(at: looks.now)
    let start = looks.now
    let found = looks.look(until: start + .milliseconds(1_000))
    #expect(found.map(\.action) == [.join, .join, .join, .join, .join])
    #expect(found.map { $0.at - start } == [0, 250, 500, 750, 1_000].map { .milliseconds($0) })
    #expect(!looks.watch.isOrphaned, "The coordinator may be back in a moment.")
    looks.watch.heard(at: looks.now)
    #expect(looks.look(until: looks.now + .seconds(1)) == [])
  }

  @Test("A connection that breaks again and again puts nothing off")
  func lostConnections() {
    var watch = CoordinatorWatch(at: .zero)
    watch.lostConnection(at: .milliseconds(100))
    watch.lostConnection(at: .milliseconds(150))
    #expect(watch.tick(at: .milliseconds(100)) == [.join])
    watch.lostConnection(at: .milliseconds(110))
    #expect(watch.tick(at: .milliseconds(110)) == [.join])
  }

  @Test("Who comes too late to be heard goes into the shadow, however often it has joined")
  func lostConnectionForGood() {
    var looks = Looks()
    looks.watch.lostConnection(at: .zero)
    let found = looks.look(until: .milliseconds(2_499))
    #expect(found.first { $0.action == .shadow }?.at == .milliseconds(1_500))
    #expect(found.count { $0.action == .shadow } == 1)
  }

  @Test("A word that comes late does not make the silence longer than it is")
  func lateWord() {
    var watch = CoordinatorWatch(at: .zero)
    watch.heard(at: .seconds(5))
    watch.heard(at: .seconds(3))
    #expect(watch.silence(at: .seconds(6)) == .seconds(1))
  }

  @Test(
    "A node that was stopped waits a moment for what is in its socket, then joins",
    arguments: [2, 10])
  func ownPause(pause_s: Int) {
    var looks = Looks()
    #expect(looks.look(until: .seconds(1)) == [])
    looks.watch.heard(at: looks.now)
    looks.now += .seconds(pause_s)
    let woken = looks.now
    #expect(looks.look(until: woken + .milliseconds(240)) == [])
    #expect(!looks.watch.isOrphaned)
    let then = looks.look(until: woken + .milliseconds(250))
    #expect(then.first?.action == .join, "It was stopped for longer than anybody waits for it.")
  }

  @Test("A node that was stopped and is asked right after it acts on")
  func askedAfterOwnPause() {
    var looks = Looks()
    #expect(looks.look(until: .seconds(1)) == [])
    looks.now += .seconds(10)
    #expect(looks.look(until: looks.now + .milliseconds(100)) == [])
    looks.watch.heard(at: looks.now)
    #expect(looks.look(until: looks.now + .milliseconds(1_400)) == [])
  }

  @Test("A word that is read before the first look after a pause counts from then")
  func wordBeforeLook() {
    var looks = Looks()
    #expect(looks.look(until: .seconds(1)) == [])
    looks.now += .seconds(10)
    looks.watch.heard(at: looks.now)
    let heard = looks.now
    #expect(looks.look(until: heard + .milliseconds(1_490)) == [])
    #expect(looks.watch.silence(at: heard + .seconds(1)) == .seconds(1))
  }

  @Test(
    "Whatever happens: orphaned exactly while silent, and joins and shadows keep their distance",
    arguments: 1...40 as ClosedRange<UInt64>)
  func anything(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var watch = CoordinatorWatch(at: .zero)
    var now = Duration.zero
    var heard = Duration.zero
    var lastJoin: Duration?
    var lastShadow: Duration?
    for _ in 0..<1_000 {
      if Int.random(in: 0..<25, using: &generator) == 0 {
        watch.heard(at: now)
        heard = now
        (lastJoin, lastShadow) = (nil, nil)
      }
      now += .milliseconds(Int.random(in: 1...200, using: &generator))
      let actions = watch.tick(at: now)
      #expect(watch.isOrphaned == (now - heard >= CoordinatorWatch.silence))
      if actions.contains(.join) {
        if let lastJoin { #expect(now - lastJoin >= CoordinatorWatch.joinInterval) }
        lastJoin = now
      } else if watch.isOrphaned {
        #expect(now - lastJoin! < CoordinatorWatch.joinInterval)
      }
      if actions.contains(.shadow) {
        if let lastShadow { #expect(now - lastShadow >= CoordinatorWatch.shadowInterval) }
        lastShadow = now
      } else if watch.isOrphaned {
        #expect(now - lastShadow! < CoordinatorWatch.shadowInterval)
      }
      if !watch.isOrphaned { #expect(actions == []) }
    }
  }

  /// Looks at a watch every ten milliseconds.
  private struct Looks {
    var watch = CoordinatorWatch(at: .zero)
    var now = Duration.zero

    struct Found: Equatable {
      var at: Duration
      var action: CoordinatorWatch.Action
    }

    /// Looks up to and with a time.
    mutating func look(until end: Duration) -> [Found] {
      var found: [Found] = []
      while now <= end {
        found += watch.tick(at: now).map { Found(at: now, action: $0) }
        now += .milliseconds(10)
      }
      return found
    }
  }
}
