import Testing

@testable import BusbarCommand

struct RecoveryTests {
  @Test("A loss is timed from the end of the process to the next committed tick")
  func timed() throws {
    var watch = RecoveryWatch()
    watch.ended("south", at: .seconds(10))
    watch.lost("south", tick: 4, at: .milliseconds(10_250))
    watch.moved("feeder-2 on node north")
    watch.committed(at: .milliseconds(10_400))
    watch.committed(at: .seconds(11))
    let recovery = try #require(watch.recoveries.first)
    #expect(recovery.detection_ms == 250)
    #expect(recovery.recovery_ms == 400)
    #expect(
      recovery.sentence
        == "node south was lost at tick 4: noticed after 0.25 s, committing again after 0.40 s; "
        + "feeder-2 on node north")
  }

  @Test("A loss whose beginning nobody saw is timed from its detection")
  func unseen() throws {
    var watch = RecoveryWatch()
    watch.lost("south", tick: 4, at: .seconds(1))
    watch.committed(at: .seconds(3))
    #expect(watch.recoveries.first?.detection_ms == nil)
    #expect(watch.recoveries.first?.recovery_ms == 2_000)
  }
}
