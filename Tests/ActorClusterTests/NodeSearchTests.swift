import Testing

@testable import ActorCluster

@Suite("The search for a node")
struct NodeSearchTests {
  private static func search(lastSeen: String? = "10.0.0.7") -> NodeSearch {
    NodeSearch(for: "north", lastSeen: lastSeen)
  }

  @Test("begins with what the node says of itself, and waits for that")
  func begins() {
    var search = Self.search()
    #expect(search.begin() == .advertised)
    #expect(!search.isOver)
    #expect(search.saw(at: "10.0.0.8") == nil, "While there is patience, nothing else is tried.")
  }

  @Test("goes on where the node was seen when its name is slow, and for both at a time")
  func slow() {
    var search = Self.search()
    _ = search.begin()
    #expect(search.patienceIsOver() == .seen("10.0.0.7"))
    #expect(search.failed(at: .advertised) == nil)
    #expect(!search.isOver)
    #expect(search.failed(at: .seen("10.0.0.7")) == nil)
    #expect(search.isOver)
  }

  @Test("goes on there at once when its name is not found")
  func notFound() {
    var search = Self.search()
    _ = search.begin()
    #expect(search.failed(at: .advertised) == .seen("10.0.0.7"))
    #expect(!search.isOver)
    #expect(search.patienceIsOver() == nil, "It is tried once.")
  }

  @Test("waits for the name alone when the node was never seen")
  func neverSeen() {
    var search = Self.search(lastSeen: nil)
    _ = search.begin()
    #expect(search.patienceIsOver() == nil)
    #expect(!search.isOver)
    #expect(search.saw(at: "10.0.0.9") == .seen("10.0.0.9"), "Just now.")
    #expect(search.failed(at: .advertised) == nil)
    #expect(search.failed(at: .seen("10.0.0.9")) == nil)
    #expect(search.isOver)
  }

  @Test("does not go twice to one place")
  func twice() {
    var search = NodeSearch(for: "10.0.0.7", lastSeen: "10.0.0.7")
    _ = search.begin()
    #expect(search.patienceIsOver() == nil)
    #expect(search.failed(at: .advertised) == nil)
    #expect(search.isOver)
    var other = Self.search()
    _ = other.begin()
    _ = other.patienceIsOver()
    #expect(other.saw(at: "10.0.0.7") == nil)
  }

  @Test("follows a node that moves, but not for ever")
  func moves() {
    var search = Self.search()
    _ = search.begin()
    let places = (0..<10).compactMap { number in
      number == 0 ? search.patienceIsOver() : search.saw(at: "10.0.1.\(number)")
    }
    #expect(places == [.seen("10.0.0.7"), .seen("10.0.1.1"), .seen("10.0.1.2")])
  }
}
