import ActorCluster
import Testing

@testable import BusbarCommand

/// Where a process is asked on its own machine.
struct ProcessPlaceTests {
  @Test(
    "A process that listens everywhere is asked at the loopback address",
    arguments: [
      ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("127.0.0.1", "127.0.0.1"), ("10.0.0.7", "10.0.0.7"),
    ])
  func host(_ listens: String, _ asked: String) {
    let place = ProcessPlace(NodeAddress(host: listens, port: 7400), identity: nil)
    #expect(place.address == NodeAddress(host: asked, port: 7400))
  }

  @Test("What a process leaves is found again, from whichever folder it is asked")
  func roundTrip() throws {
    let folder = try Scratch()
    let place = ProcessPlace(NodeAddress(host: "::1", port: 1), identity: "here/../there")
    try place.write(to: folder.folder.path)
    #expect(try ProcessPlace.read(in: folder.folder.path) == place)
    #expect(place.identity?.hasPrefix("/") ?? false)
    #expect(place.identity?.hasSuffix("/there") ?? false)
  }

  @Test("A file that holds something else is told so")
  func unreadable() throws {
    let folder = try Scratch()
    _ = try folder.write("{}", to: ProcessPlace.fileName)
    #expect(throws: Refusal.self) { try ProcessPlace.read(in: folder.folder.path) }
  }
}
