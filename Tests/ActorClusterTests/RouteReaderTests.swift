import HTTP2Connection
import Testing

@testable import ActorCluster

struct RouteReaderTests {
  private static func route(_ name: String, caller: String = "south") -> CallRoute {
    CallRoute(
      to: ActorIdentity(kind: "valve", name: name, on: "north"), target: "turn(by:)", twin: "plant",
      caller: Caller(node: NodeName(caller)))
  }

  private static func request(_ head: CallHead) -> HTTP2RequestHead {
    head.request(path: head.route.path, constant: HTTP2Headers(head.route.headers))
  }

  @Test("A head read again is the same call, with its own era and time")
  func again() throws {
    let reader = RouteReader(node: "north", authority: OpenToAll())
    for era in Int64(3)...6 {
      for name in ["main", "spare"] {
        let head = CallHead(route: Self.route(name), era: era, timeLeft: .milliseconds(100 * era))
        #expect(reader.read(Self.request(head), from: nil)?.head == head)
      }
    }
    let first = reader.read(
      Self.request(CallHead(route: Self.route("main"), era: 1, timeLeft: .zero)), from: nil)?.head
    let second = reader.read(
      Self.request(CallHead(route: Self.route("main"), era: 2, timeLeft: .zero)), from: nil)?.head
    #expect(try #require(first).route === #require(second).route)
  }

  @Test("Heads that differ in one header are different calls")
  func different() {
    let reader = RouteReader(node: "north", authority: OpenToAll())
    for caller in ["south", "west", "south"] {
      let head = CallHead(route: Self.route("main", caller: caller), era: 1, timeLeft: .seconds(1))
      #expect(reader.read(Self.request(head), from: nil)?.head.caller.node == NodeName(caller))
    }
  }

  @Test(
    "Numbers are judged alike for a route that is known and one that is not",
    arguments: ["-1", "", "1x", " 1", "99999999999999999999", "+1"])
  func numbers(text: String) {
    for header in ["busbar-era", "busbar-deadline-ms"] {
      var fields = [("busbar-era", "7"), ("busbar-deadline-ms", "1000")]
      fields = fields.map { $0.0 == header ? (header, text) : $0 }
      var headers = HTTP2Headers(Self.route("main").headers)
      for field in fields { headers.append(name: field.0, value: field.1) }
      let request = HTTP2RequestHead(
        method: "POST", path: Self.route("main").path, headers: headers)
      let fresh = RouteReader(node: "north", authority: OpenToAll()).read(request, from: nil)?.head
      let reader = RouteReader(node: "north", authority: OpenToAll())
      let known = CallHead(route: Self.route("main"), era: 1, timeLeft: .seconds(1))
      _ = reader.read(Self.request(known), from: nil)
      #expect(reader.read(request, from: nil)?.head == fresh)
    }
  }

  @Test("Made-up routes do not pile up")
  func madeUp() {
    let reader = RouteReader(node: "north", authority: OpenToAll())
    for number in 0..<5_000 {
      let head = CallHead(route: Self.route("\(number)"), era: 1, timeLeft: .seconds(1))
      #expect(reader.read(Self.request(head), from: nil)?.head == head)
    }
    #expect(reader.knownRoutes <= RouteReader.limit)
  }
}
