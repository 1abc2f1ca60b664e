import Testing

@testable import ActorCluster

struct HeaderTests {
  private static func head(_ name: String, caller: Caller) -> CallHead {
    CallHead(
      to: ActorIdentity(kind: "kind \(name)", name: name, on: "north"), target: "turn(by:\(name):)",
      twin: name, era: -3, timeLeft: .milliseconds(1500), caller: caller)
  }

  private static func read(_ path: String, _ headers: [CallHead.Header]) -> CallHead? {
    CallHead(path: path, on: "north") { name in headers.first { $0.name == name }?.value }
  }

  @Test(
    "Any name crosses in path and headers",
    arguments: ["main", "a/b", "a@b", "Zürich 水", "100%", "%41", "..", "a\r\nb: c", "?x=1#y"])
  func names(name: String) {
    let callers = [
      Caller(node: NodeName(name)),
      Caller(
        node: NodeName(name), actor: ActorIdentity(kind: name, name: name, on: NodeName(name))),
    ]
    for caller in callers {
      let head = Self.head(name, caller: caller)
      #expect(Self.read(head.route.path, head.headers) == head)
      let plain = (head.headers.map(\.value) + [head.route.path]).joined().unicodeScalars
      #expect(plain.allSatisfy { (0x21...0x7e).contains($0.value) })
    }
  }

  @Test("A head that lacks a header is no call", arguments: 1..<6)
  func missingHeader(index: Int) {
    let head = Self.head("main", caller: Caller(node: "south"))
    var headers = head.headers
    headers.remove(at: index)
    #expect(Self.read(head.route.path, headers) == nil)
  }

  @Test("A short wait is not written as none")
  func shortWait() {
    #expect(Duration.nanoseconds(1).wholeMilliseconds == 1)
    #expect(Duration.milliseconds(2).wholeMilliseconds == 2)
    #expect(Duration.seconds(-1).wholeMilliseconds == 0)
  }

  @Test(
    "Every reply has a status of its own and comes back",
    arguments: [
      .returned([1]), .returned([]), .threw([2]), .refused(.noSuchActor), .refused(.unauthorised),
      .refused(.staleEra(current: 7)), .refused(.wrongTwin("a b")), .refused(.moved(to: "wöst")),
      .refused(.overloaded), .refused(.tooLarge), .refused(.undecodable("why")),
      .refused(.deadlineExceeded), .refused(.cancelled),
    ] as [CallReply])
  func replies(reply: CallReply) throws {
    let (status, headers, body) = reply.http
    let back = try CallReply(
      status: status, header: { name in headers.first { $0.name == name }?.value }, body: body)
    #expect(back == reply)
  }

  @Test("An unknown status is a violation", arguments: [201, 302, 412, 418, 421, 502])
  func unknownStatus(status: Int) {
    #expect(throws: ClusterError.self) {
      try CallReply(status: status, header: { _ in nil }, body: [])
    }
  }
}
