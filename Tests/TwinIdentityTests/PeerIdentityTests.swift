import Testing

@testable import TwinIdentity

@Suite("An identity")
struct PeerIdentityTests {
  @Test(
    "is written as a URI and read back",
    arguments: [
      ("cigre-mv", "north", "spiffe://cigre-mv/node/north"),
      ("Nord/Süd", "a b", "spiffe://Nord%2FS%C3%BCd/node/a%20b"),
      ("..", ".", "spiffe://%2E%2E/node/%2E"),
      ("50%", "x?y#z", "spiffe://50%25/node/x%3Fy%23z"),
    ])
  func roundTrip(twin: String, name: String, uri: String) throws {
    let identity = try PeerIdentity(twin: twin, role: .node, name: name)
    #expect(identity.uri == uri)
    #expect(PeerIdentity(uri: uri) == identity)
  }

  @Test(
    "is read from nothing else",
    arguments: [
      "", "spiffe://", "spiffe://ring/node", "spiffe://ring/node/", "spiffe:///node/a",
      "spiffe://ring/node/a/b", "spiffe://ring/node/a/", "spiffe://ring/king/a",
      "spiffe://ring/Node/a", "SPIFFE://ring/node/a", "https://ring/node/a",
      "spiffe://ring/node/a?b", "spiffe://ring/node/a#b", "spiffe://ring:80/node/a",
      "spiffe://me@ring/node/a", "spiffe://ring/node/%41", "spiffe://ring/node/%c3%bc",
      "spiffe://ring/node/%", "spiffe://ring/node/%4", "spiffe://ring/node/%FF",
      "spiffe://ring/node/%00", "spiffe://ring/node/%0A", "spiffe://ring/node/..",
      // Texts that Swift takes for "K", "nörd" and "a", and others do not; one that turns what follows.
      "spiffe://ring/node/%E2%84%AA", "spiffe://ring/node/no%CC%88rd",
      "spiffe://ring/node/a%E2%80%AE",
      "spiffe://ring/node/a ", " spiffe://ring/node/a", "spiffe://ring/node/ü",
      "spiffe://ring/node/" + String(repeating: "a", count: 256),
    ])
  func nonsense(_ uri: String) { #expect(PeerIdentity(uri: uri) == nil) }

  @Test(
    "needs names that a line of a log can hold", arguments: ["", "a\nb", "\u{1b}[2J", "a\u{0}"])
  func badNames(_ name: String) {
    #expect(throws: PeerIdentity.BadName.self) {
      try PeerIdentity(twin: "ring", role: .node, name: name)
    }
    #expect(throws: PeerIdentity.BadName.self) {
      try PeerIdentity(twin: name, role: .node, name: "a")
    }
  }
}
