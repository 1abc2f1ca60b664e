import Balancing
import ConvexOptimization
import DCOptimalFlow
import GridModel

/// An experiment with its problem at hand, ready to run.
public struct PreparedExperiment: Sendable {
  public let experiment: Experiment
  public let problem: AnyProblem
  /// The names of the agents, in order.
  public let names: [String]
  public let faults: [Fault]
  /// The agents that join from outside.
  public let external: [Int]
  /// The file of the grid, if there is one.
  public let file: String?
  private let catalog: AlgorithmCatalog

  /// Reads the grid, shares it out, and finds the central optimum.
  ///
  /// - Parameter directory: where the experiment's document is.
  /// - Throws: `ExperimentFault`, or `DocumentFaults` of the grid.
  public init(
    _ experiment: Experiment, in directory: String, _ catalog: AlgorithmCatalog = .builtIn
  ) throws {
    self.experiment = experiment
    self.catalog = catalog
    switch experiment.problem {
    case .flow(let choice):
      let made = try Self.read(choice, in: directory, .flow)
      let optimum = try DCOptimum(of: made.grid)
      problem = AnyProblem(
        FlowProblem(
          made.grid, owner: made.shares.owner,
          optimum: optimum.status == .optimal ? optimum.objective : nil))
      (names, file) = (made.shares.names, made.file)
    case .dispatch(let choice):
      let made = try Self.read(choice, in: directory, .dispatch)
      let open = DispatchProblem(made.grid, owner: made.shares.owner)
      problem = AnyProblem(
        DispatchProblem(
          duties: open.duties, neighbors: open.neighbors, optimum: try open.centralOptimum(),
          base: open.base))
      (names, file) = (made.shares.names, made.file)
    case .response(let agents, let slots, let seed):
      problem = AnyProblem(ResponseProblem.drawn(agents: agents, slots: slots, seed: seed))
      (names, file) = ((0..<agents).map { "\($0)" }, nil)
    }
    let numbers = Dictionary(
      names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for name in experiment.external + experiment.faults.flatMap(\.place.names)
    where numbers[name] == nil {
      let hint = names.count <= 12 ? "; they are \(names.joined(separator: ", "))" : ""
      throw ExperimentFault("no agent is called '\(name)'\(hint)")
    }
    external = experiment.external.map { numbers[$0]! }
    faults = experiment.faults.map { choice in
      let place: Fault.Place =
        switch choice.place {
        case .everyLink: .everyLink
        case .link(let from, let to): .link(from: numbers[from]!, to: numbers[to]!)
        case .border(let group): .border(of: group.map { numbers[$0]! })
        case .agent(let agent): .agent(numbers[agent]!)
        }
      return Fault(choice.kind, at: place, during: choice.window)
    }
  }

  /// New agents of one of the experiment's algorithms, in order.
  public func agents(of algorithm: Int) throws -> [AnyAgent] {
    let choice = experiment.algorithms[algorithm]
    guard let entry = catalog.entry(choice.algorithm, for: experiment.problem.kind),
      let agents = try entry.make(problem, choice.parameters)
    else {
      throw ExperimentFault(
        "no algorithm '\(choice.algorithm)' solves a problem of kind "
          + "'\(experiment.problem.kind.rawValue)'; those that do are "
          + catalog.names(for: experiment.problem.kind).joined(separator: ", "))
    }
    return agents
  }

  public var referee: Referee<AnyProblem> {
    Referee(problem, tolerance: experiment.tolerance)
  }

  /// Runs a trial in this process.
  public func run(
    _ trial: Trial, stopwatch: VirtualRun<AnyProblem, AnyAgent>.Stopwatch? = nil
  ) throws -> RunResult {
    var options = VirtualRun<AnyProblem, AnyAgent>.Options()
    options.seed = trial.seed
    options.faults = faults
    options.budget = experiment.budget
    options.stopsAtReferee = experiment.end == .referee
    options.interval = options.stopsAtReferee ? 1 : experiment.traceInterval
    options.stopwatch = stopwatch
    return VirtualRun.result(of: try agents(of: trial.algorithm), referee, options)
  }

  private static func read(
    _ choice: GridChoice, in directory: String, _ kind: ProblemKind
  ) throws -> (grid: DCGrid, shares: Partition.Shares, file: String) {
    let file = choice.file.hasPrefix("/") ? choice.file : "\(directory)/\(choice.file)"
    let topology = try Topology.read(contentsOf: file).topology
    let grid: DCGrid
    do {
      grid = try DCGrid(topology, definition: choice.definition)
    } catch {
      throw ExperimentFault("\(file): \(error)")
    }
    let partition = choice.partition ?? .suggested(for: kind, topology)
    return (grid, try partition.shares(of: grid, topology), file)
  }
}

extension DispatchProblem {
  /// The cost of the cheapest dispatch, found in one place; `nil` when nothing meets the demand.
  func centralOptimum() throws -> Double? {
    var builder = QuadraticProgramBuilder()
    let tree = SpanningTree(neighbors)
    var rows: [Int: Int] = [:]
    for agent in duties.indices where tree.parent[agent] == nil {
      rows[agent] = builder.addRow([], equals: 0)
    }
    for agent in duties.indices {
      var root = agent
      while let parent = tree.parent[root] { root = parent }
      let row = rows[root]!
      builder.shiftRow(row, by: duties[agent].demand)
      for unit in duties[agent].units {
        let injection = builder.addVariable(lower: unit.lower, upper: unit.upper)
        builder.addTerm(toRow: row, variable: injection, 1)
        switch unit.cost {
        case .quadratic(let quadratic, let linear, let constant):
          if quadratic != 0 { builder.addCost(of: injection, times: injection, quadratic) }
          builder.addCost(of: injection, linear)
          builder.addConstantCost(constant)
        case .piecewise(let cost): builder.addCost(of: injection, cost)
        }
      }
    }
    var solver = try InteriorPointSolver(builder.program())
    let solution = try solver.solve()
    return solution.status == .optimal ? solution.objective : nil
  }
}
