import ActorCluster
import ArgumentParser
import Testing

@testable import BusbarCommand

extension CommandTests {
  @Suite("Where a process listens and where others find it")
  struct AddressRuleTests {
    private func refusal(
      listen: String, advertise: String? = nil, coordinator: String? = nil
    ) throws -> String? {
      let listen = try NodeAddress(listen)
      let advertise = try advertise.map { try NodeAddress($0) }
      let coordinator = try coordinator.map { try NodeAddress($0) }
      do {
        try AddressRule.checkWhereabouts(
          listen: listen, advertised: advertise, coordinator: coordinator)
        return nil
      } catch {
        return error.message
      }
    }

    @Test("Without encryption only this machine is taken, whichever address names another one")
    func plaintext() throws {
      let here = try NodeAddress("127.0.0.1:7400")
      let rule = AddressRule(isEncrypted: false)
      try rule.check(here, nil, NodeAddress("[::1]:0"), NodeAddress("localhost:1"))
      for other in ["0.0.0.0:7400", "[::]:7400", "10.0.0.1:7400", "north:7400"] {
        let other = try NodeAddress(other)
        #expect(throws: ValidationError.self) { try rule.check(here, other) }
        #expect(throws: ValidationError.self) { try rule.check(other, nil, here) }
        try AddressRule(isEncrypted: true).check(other)
      }
    }

    @Test("All addresses of a machine need one that others call")
    func wildcard() throws {
      for listen in ["0.0.0.0:7400", "[::]:7400"] {
        let refusal = try refusal(listen: listen)
        #expect(refusal?.contains("--advertise HOST:PORT") == true)
        #expect(try self.refusal(listen: listen, advertise: "north:7400") == nil)
      }
      #expect(try refusal(listen: "10.0.0.1:7400") == nil)
      #expect(try refusal(listen: "north:0") == nil)
    }

    @Test(
      "What nobody can call cannot be advertised", arguments: ["0.0.0.0:1", "[::]:1", "north:0"])
    func advertised(_ text: String) throws {
      #expect(try refusal(listen: "0.0.0.0:7400", advertise: text)?.hasPrefix("Nobody can") == true)
    }

    @Test("A node of a coordinator elsewhere cannot be found on loopback")
    func loopbackNode() throws {
      let elsewhere = "coordinator:7400"
      #expect(
        try refusal(listen: "127.0.0.1:0", coordinator: elsewhere)?.contains("--listen") == true)
      #expect(try refusal(listen: "127.0.0.1:0", coordinator: "127.0.0.1:7400") == nil)
      #expect(try refusal(listen: "10.0.0.7:0", coordinator: elsewhere) == nil)
      #expect(
        try refusal(listen: "0.0.0.0:1", advertise: "north:1", coordinator: elsewhere) == nil)
    }
  }
}
