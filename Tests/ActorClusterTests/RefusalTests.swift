import ActorCluster
import Distributed
import HTTP2Connection
import NIOPosix
import Testing
import WireCodec

/// What a node refuses when raw requests come in.
struct RefusalTests {
  /// No CBOR at all.
  private static let undecodable: [UInt8] = [0xff, 0xff]
  private static let oneNumber: [UInt8] = [0x81, 0xf9, 0x3c, 0x00]

  private func post(
    _ plant: Plant, to path: String = "/v1/actors/valve/main", method: String = "POST",
    target: String? = "turn(by:)", twin: String = "plant", era: Int64 = 0,
    deadline: String = "1000", body: [UInt8]
  ) async throws -> HTTP2Response {
    let address = try #require(plant.address)
    let connection = try await HTTP2ClientConnection.connect(
      host: address.host, port: address.port, on: MultiThreadedEventLoopGroup.singleton)
    var headers: HTTP2Headers = [
      "busbar-twin": twin, "busbar-era": "\(era)", "busbar-deadline-ms": deadline,
      "busbar-caller": "south",
    ]
    if let target { headers.append(name: "busbar-target", value: target) }
    let head = HTTP2RequestHead(method: method, path: path, headers: headers)
    let response = try await connection.send(HTTP2Request(head: head, body: body))
    await connection.close()
    return response
  }

  @Test("A request that is right is answered")
  func right() async throws {
    try await Plant.overHTTP2 { plant async throws in
      let response = try await post(plant, body: Self.oneNumber)
      #expect(response.status == 200)
      #expect(try Double(decoding: response.body) == 1)
    }
  }

  @Test(
    "Arguments that cannot be read are refused",
    arguments: [
      undecodable, [], [0x80], [0x82, 0x01, 0x02], [0x81, 0x61, 0x61], oneNumber + [0],
    ] as [[UInt8]])
  func undecodableArguments(body: [UInt8]) async throws {
    try await Plant.overHTTP2 { plant async throws in
      #expect(try await post(plant, body: body).status == 400)
      #expect(await plant.local.whenLocal { $0.callCount } == 0)
    }
  }

  @Test("A peer that waits for ever is served, and its timer kept within bounds")
  func hostileDeadline() async throws {
    try await Plant.overHTTP2 { plant async throws in
      let response = try await post(plant, deadline: "\(Int64.max)", body: Self.oneNumber)
      #expect(response.status == 200)
      #expect(try await post(plant, deadline: "-1", body: Self.oneNumber).status == 400)
    }
  }

  @Test("Another era is refused before the body is read")
  func eraBeforeBody() async throws {
    try await Plant.overHTTP2 { plant async throws in
      plant.north.adopt(era: 4)
      let response = try await post(plant, era: 3, body: Self.undecodable)
      #expect(response.status == 412)
      #expect(response.headers["busbar-era"] == "4")
    }
  }

  @Test("Another twin is refused before the body is read")
  func twinBeforeBody() async throws {
    try await Plant.overHTTP2 { plant async throws in
      let response = try await post(plant, twin: "other", body: Self.undecodable)
      #expect(response.status == 412)
      #expect(response.headers["busbar-twin"] == "plant")
    }
  }

  @Test("A method of another actor type does not run")
  func targetOfAnotherType() async throws {
    try await Plant.overHTTP2 { plant async throws in
      let boiler = try plant.north.host("main") { Boiler(actorSystem: $0) }
      #expect(try await post(plant, target: "ignite()", body: [0x80]).status == 404)
      let mangled = "$s17ActorClusterTests6BoilerC6igniteSbyYaKFTE"
      #expect(try await post(plant, target: mangled, body: [0x80]).status == 404)
      #expect(await boiler.whenLocal { $0.isLit } == false)
      let right = try await post(
        plant, to: "/v1/actors/boiler/main", target: "ignite()", body: [0x80])
      #expect(right.status == 200)
      #expect(await boiler.whenLocal { $0.isLit } == true)
    }
  }

  @Test(
    "Unknown actors and methods are not found",
    arguments: [
      ("/v1/actors/valve/none", "turn(by:)"), ("/v1/actors/none/main", "turn(by:)"),
      ("/v1/actors/valve/main", "turn(by:_:)"), ("/v1/actors/valve/main", ""),
    ])
  func notFound(path: String, target: String) async throws {
    try await Plant.overHTTP2 { plant async throws in
      let response = try await post(plant, to: path, target: target, body: Self.undecodable)
      #expect(response.status == 404)
      #expect(plant.north.counters.refused == 1)
    }
  }

  @Test(
    "What is no call is refused",
    arguments: [
      "/v1/actors/valve", "/v1/actors/valve/main/more", "/v1/actors//main",
      "/v1/actors/valve/%zz",
    ])
  func noCall(path: String) async throws {
    try await Plant.overHTTP2 { plant async throws in
      #expect(try await post(plant, to: path, body: Self.oneNumber).status == 400)
    }
  }

  @Test("A path beside the calls is not found", arguments: ["/", "/v1/actors", "/metrics"])
  func elsewhere(path: String) async throws {
    try await Plant.overHTTP2 { plant async throws in
      #expect(try await post(plant, to: path, body: Self.oneNumber).status == 404)
    }
  }

  @Test("A call without a target or by another verb is refused")
  func noTarget() async throws {
    try await Plant.overHTTP2 { plant async throws in
      #expect(try await post(plant, target: nil, body: Self.oneNumber).status == 400)
      #expect(try await post(plant, method: "PUT", body: Self.oneNumber).status == 400)
    }
  }
}
