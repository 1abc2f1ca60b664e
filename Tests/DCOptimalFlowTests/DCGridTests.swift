import ConvexOptimization
import DCOptimalFlow
import GridModel
import Testing

@Suite("The DC approximation of a grid")
struct DCGridTests {
  /// Bus a with cheap power, bus b with a load of 80 MW and dear power, two branches between them.
  private func pair(_ change: (inout Topology) -> Void = { _ in }) -> Topology {
    var topology = Topology(name: "pair")
    topology.buses = [Bus(id: "a", nominalVoltage_kV: 110), Bus(id: "b", nominalVoltage_kV: 110)]
    topology.branches = ["1", "2"].map { name in
      Branch(id: .init(name), from: "a", to: "b", r_pu: 0.03, x_pu: 0.04)
    }
    var load = Load(id: "load", bus: "b")
    load.p_MW = 80
    topology.loads = [load]
    topology.generators = [("cheap", "a", 10.0), ("dear", "b", 30.0)].map { name, bus, price in
      var generator = Generator(id: .init(name), bus: .init(bus))
      generator.pLimits_MW = 0...100
      generator.cost = .polynomial([price, 5])
      generator.slackWeight = name == "cheap" ? 1 : 0
      return generator
    }
    change(&topology)
    return topology
  }

  private func optimum(
    _ topology: Topology, _ definition: DCDefinition = .matpower
  ) throws -> DCOptimum {
    try DCOptimum(of: DCGrid(topology, definition: definition))
  }

  private func expectCost(
    _ cost: Double, _ topology: Topology, _ definition: DCDefinition = .matpower,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let optimum = try optimum(topology, definition)
    #expect(optimum.status == .optimal, sourceLocation: sourceLocation)
    #expect(abs(optimum.objective - cost) <= 1e-7 * cost, sourceLocation: sourceLocation)
  }

  @Test("takes cheap power where nothing limits it, and counts fixed costs")
  func merit() throws {
    let optimum = try optimum(pair())
    #expect(abs(optimum.objective - 810) < 1e-5)
    #expect(abs(optimum.injections[0] - 0.8) < 1e-7)
    #expect(optimum.prices.allSatisfy { abs($0 - 1_000) < 1e-3 })
    #expect(optimum.flows.allSatisfy { abs($0 - 0.4) < 1e-7 })
  }

  @Test("keeps a rating, and prices differ by what it costs")
  func rating() throws {
    let topology = pair { $0.branches[0].rating_MVA = 25 }
    let optimum = try optimum(topology)
    // 25 MW on each of two equal branches.
    #expect(abs(optimum.objective - (50 * 10 + 30 * 30 + 10)) < 1e-5)
    #expect(abs(optimum.prices[0] - 1_000) < 1e-3)
    #expect(abs(optimum.prices[1] - 3_000) < 1e-3)
    // One unit of rating lets two units through.
    #expect(abs(optimum.congestion[0] - 4_000) < 1e-2)
    #expect(optimum.congestion[1] == 0)
  }

  @Test("has a susceptance by each definition's formula")
  func susceptance() throws {
    let topology = pair {
      $0.branches[0].tap = 1.25
      $0.branches[0].shift_deg = 9
    }
    let matpower = try DCGrid(topology, definition: .matpower)
    #expect(abs(matpower.branches[0].susceptance - 20) < 1e-12)
    #expect(abs(matpower.branches[0].shift - .pi / 20) < 1e-12)
    #expect(matpower.branches[0].angleLimits == nil)
    let pglib = try DCGrid(topology, definition: .pglib)
    #expect(abs(pglib.branches[0].susceptance - 16) < 1e-12)
    #expect(pglib.branches[0].shift == 0)
    #expect(pglib.branches[0].angleLimits == -1.0472...1.0472)
  }

  @Test("drives a circulating flow by a phase shift, which a rating then counts")
  func shift() throws {
    // b = 25 each; 0.8 + 25 φ / 2 … through the first: (0.8 + 25 s) / 2 with s = -0.01 rad.
    let shift_deg = 0.01 * 180 / Double.pi
    let optimum = try optimum(pair { $0.branches[1].shift_deg = shift_deg })
    #expect(abs(optimum.flows[0] - (0.4 + 0.125)) < 1e-7)
    #expect(abs(optimum.flows[1] - (0.4 - 0.125)) < 1e-7)
    try expectCost(
      // 40 MW on the first leave 15 on the second.
      55 * 10 + 25 * 30 + 10,
      pair {
        $0.branches[1].shift_deg = shift_deg
        $0.branches[0].rating_MVA = 40
      })
  }

  @Test("keeps angle limits, and of a negative susceptance the right way round")
  func angles() throws {
    // 0.01 rad through b = 25 twice: 50 MW.
    let limit_deg = 0.01 * 180 / Double.pi
    try expectCost(
      50 * 10 + 30 * 30 + 10, pair { $0.branches[0].angleLimits_deg = -90...limit_deg })
    try expectCost(810, pair { $0.branches[0].angleLimits_deg = -limit_deg...90 })
    let capacitor = pair {
      $0.branches = [Branch(id: "c", from: "a", to: "b", r_pu: 0, x_pu: -0.04)]
      $0.branches[0].angleLimits_deg = -limit_deg...90
    }
    // The flow leads from the lower angle: b = -25.
    try expectCost(25 * 10 + 55 * 30 + 10, capacitor)
  }

  @Test("counts shunts and fixed sources at the bus, and a dispatchable load as a negative unit")
  func injections() throws {
    try expectCost(
      10 * 85 + 10,
      pair {
        var shunt = Shunt(id: "s", bus: "a")
        shunt.g_MW = 5
        $0.shunts = [shunt]
      })
    try expectCost(
      // A load that pays 20 takes its 15 MW of power at 10.
      10 * (80 + 15) - 20 * 15 + 10,
      pair {
        var load = Generator(id: "flexible", bus: "b")
        load.pLimits_MW = -15...0
        load.cost = .polynomial([20, 0])
        $0.generators.append(load)
      })
  }

  @Test("takes piecewise costs and quadratic ones, with zeros before them")
  func costs() throws {
    try expectCost(
      // 40 MW at 10, then 20 each: 800 - the point (40, 400) then 35 an MW; dear runs at 30.
      400 + 40 * 30 + 5,
      pair {
        $0.generators[0].cost = .piecewise(
          [(0.0, 0.0), (40, 400), (100, 2_500)].map { .init(p_MW: $0.0, cost: $0.1) })
      })
    // 0.25 p² has the marginal cost of 30 at 60 MW.
    try expectCost(
      0.25 * 3_600 + 20 * 30 + 5, pair { $0.generators[0].cost = .polynomial([0, 0, 0.25, 0, 0]) })
  }

  @Test("refuses costs that are not convex or not quadratic, and says whose")
  func refusedCosts() {
    func refusal(_ cost: Generator.Cost) -> String? {
      do {
        _ = try DCGrid(pair { $0.generators[1].cost = cost }, definition: .matpower)
        return nil
      } catch { return "\(error)" }
    }
    #expect(
      refusal(.polynomial([1, 0, 0, 0]))
        == "the cost of generator:dear is a polynomial of degree 3; up to degree 2, or straight "
        + "pieces, can be optimised")
    #expect(
      refusal(.polynomial([-1, 0, 0]))
        == "the cost of generator:dear: its quadratic coefficient is -1.0, below zero")
    let bent = [(0.0, 0.0), (1, 5), (2, 6)].map { Generator.CostPoint(p_MW: $0.0, cost: $0.1) }
    #expect(refusal(.piecewise(bent))?.contains("slope falls from") == true)
    #expect(refusal(.polynomial([])) == nil)
  }

  @Test("takes any cost of a unit that is fixed")
  func fixedUnit() throws {
    try expectCost(
      10 * 70 + 1_000 + 5,
      pair {
        $0.generators[1].cost = .polynomial([1, 0, 0, 0])
        $0.generators[1].pLimits_MW = 10...10
      })
  }

  @Test("needs a reactance only where the definition divides by it")
  func noReactance() throws {
    let topology = pair { $0.branches[1].x_pu = 0 }
    #expect(throws: DCGridError.noReactance(topology.branches[1].reference)) {
      try DCGrid(topology, definition: .matpower)
    }
    try expectCost(810, topology, .pglib)
  }

  @Test("has no optimum where loads cannot be met, and names what limits them")
  func infeasible() throws {
    let optimum = try optimum(
      pair {
        $0.generators[1].pLimits_MW = 0...10
        $0.branches[1].inService = false
        $0.branches[0].rating_MVA = 60
      })
    #expect(optimum.status == .infeasible)
    #expect(Set(optimum.conflict.prefix(2).map(\.id)) == ["dear", "1"])
  }

  @Test("is without end where power is paid for taking it")
  func unbounded() throws {
    let topology = pair {
      $0.generators[0].cost = .polynomial([-1, 0])
      $0.generators[0].pLimits_MW = nil
      var sink = Generator(id: "sink", bus: "b")
      sink.pLimits_MW = -1e9...0
      sink.cost = .polynomial([0.5, 0])
      $0.generators.append(sink)
    }
    #expect(try optimum(topology).status == .unbounded)
  }

  @Test("follows switches: an open end takes a branch out, a closed one makes buses one")
  func switches() throws {
    try expectCost(
      25 * 10 + 55 * 30 + 10,
      pair {
        $0.branches[0].rating_MVA = 25
        var device = Switch(id: "s", place: .end(of: $0.branches[1].reference, .to))
        device.closed = false
        $0.switches = [device]
      })
    let fused = pair {
      $0.branches[0].rating_MVA = 1
      $0.switches = [Switch(id: "s", place: .between("a", "b"))]
    }
    #expect(try DCGrid(fused, definition: .matpower).buses == ["a"])
    try expectCost(810, fused)
  }

  @Test("lets every island have its own angle, with or without a reference")
  func islands() throws {
    let topology = pair {
      $0.branches = []
      $0.generators[0].pLimits_MW = 0...0
    }
    let grid = try DCGrid(topology, definition: .matpower)
    #expect(grid.references.map(\.row) == [0, 1])
    try expectCost(80 * 30 + 10, topology)
  }

  @Test("takes lines and transformers by their ohms and name plates")
  func elements() throws {
    var topology = Topology(name: "plant")
    topology.buses = [Bus(id: "a", nominalVoltage_kV: 110), Bus(id: "b", nominalVoltage_kV: 20)]
    topology.buses.append(Bus(id: "c", nominalVoltage_kV: 20))
    topology.transformers = [
      Transformer(
        id: "t", hv: "a", lv: "b", rating_MVA: 25, vHv_kV: 110, vLv_kV: 20, vk_pct: 10,
        vkr_pct: 0)
    ]
    topology.lines = [
      Line(id: "l", from: "b", to: "c", length_km: 2, r_ohm_per_km: 0.1, x_ohm_per_km: 0.4)
    ]
    topology.lines[0].rating_A = 1_000
    topology.sources = [Source(id: "grid", bus: "a")]
    var load = Load(id: "load", bus: "c")
    load.p_MW = 10
    topology.loads = [load]
    let grid = try DCGrid(topology, definition: .matpower)
    // 0.8 ohm on 20² / 100 = 4 ohm; 10 % of 25 MVA on 100 MVA.
    #expect(abs(grid.branches[0].susceptance - 5) < 1e-12)
    #expect(abs(grid.branches[0].rating! - 0.02 * 3.0.squareRoot() / 0.1) < 1e-12)
    #expect(abs(grid.branches[1].susceptance - 2.5) < 1e-12)
    #expect(abs(grid.branches[1].rating! - 0.25) < 1e-12)
    let optimum = try DCOptimum(of: grid)
    #expect(optimum.status == .optimal)
    #expect(abs(optimum.injections[0] - 0.1) < 1e-9)
    #expect(abs(optimum.objective) < 1e-9)
  }
}
