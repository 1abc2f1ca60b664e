import GridModel

/// The voltages that solve a network.
package struct PowerFlowSolution: Sendable {
  package var voltages: Voltages
  package var rows: RowPlan
  package var islands: [IslandPlan.Island]
  /// Shape `[islandCount]`.
  package var iterations: [Int]
  /// The largest mismatch left, in per unit.
  package var maxMismatch: Double
  /// What was allowed, in per unit.
  package var tolerance_pu: Double
}

/// Solves a whole network in one process by Newton's method in polar form.
package struct PowerFlowSolver {
  private let network: Network
  private let injections: Injections
  private let options: NewtonOptions

  package init(_ network: Network, injections: Injections, options: NewtonOptions = .init()) {
    self.network = network
    self.injections = injections
    self.options = options
  }

  /// - Parameter start: where to begin; held voltages and reference angles are put in place.
  package func solve(from start: Voltages) throws(PowerFlowError) -> PowerFlowSolution {
    let structure = NetworkStructure(
      of: network, border: [], start: start, injections: injections)
    let plan = IslandPlan(joining: [structure])
    let rows = RowPlan(
      network, islandOfComponent: plan.islandOfComponent[0], islandCount: plan.islands.count,
      references: plan.references, held: injections.heldMagnitude)
    var voltages = start
    rows.pin(
      &voltages, on: network, references: plan.references, held: injections.heldMagnitude)
    do {
      return try iterate(from: voltages, rows: rows, islands: plan.islands)
    } catch {
      throw failures(from: voltages, rows: rows, islands: plan.islands, together: error)
    }
  }

  /// All islands at once; one that is solved stays where it is while others go on.
  private func iterate(
    from start: Voltages, rows: RowPlan, islands: [IslandPlan.Island]
  ) throws(IslandFailure) -> PowerFlowSolution {
    var voltages = start
    var iterations = [Int](repeating: 0, count: rows.islandCount)
    var progress = NewtonProgress(of: islands, base: network.base)
    let system: NewtonSystem
    do {
      system = try NewtonSystem(admittance: network.admittance, roles: rows.roles, border: [])
    } catch {
      progress.record(
        islands.indices.map { island in
          let isHere = rows.islandOfRow.contains(island)
          return InteriorResidual(mismatch: isHere ? .infinity : 0, bus: nil)
        }, iteration: 0)
      throw progress.failure
    }
    let tolerance_pu = options.tolerance_pu(stiffness: network.admittance.stiffness)
    for iteration in 0...options.maxIterations {
      system.evaluate(at: voltages, injections: injections)
      let residuals = system.interiorResiduals(
        islandOfRow: rows.islandOfRow, islandCount: rows.islandCount)
      let isSettled = residuals.map { $0.mismatch <= tolerance_pu }
      if isSettled.allSatisfy({ $0 }) {
        return PowerFlowSolution(
          voltages: voltages, rows: rows, islands: islands, iterations: iterations,
          maxMismatch: residuals.map(\.mismatch).max() ?? 0, tolerance_pu: tolerance_pu)
      }
      progress.record(
        residuals.map { residual in
          InteriorResidual(
            mismatch: residual.mismatch,
            bus: residual.row < 0 ? nil : network.busOfRow[residual.row].id)
        }, iteration: iteration)
      guard iteration < options.maxIterations, progress.worst < NewtonOptions.hopeless_pu
      else { break }
      do { _ = try system.eliminate(choosingPivots: iteration == 0) } catch { break }
      system.step(&voltages, borderStep: []) { row in
        rows.islandOfRow[row].map { !isSettled[$0] } ?? false
      }
      for island in isSettled.indices where !isSettled[island] { iterations[island] += 1 }
    }
    throw progress.failure
  }

  /// Solves each island alone to tell which of them fail; slow, and only on the way to an error.
  private func failures(
    from start: Voltages, rows: RowPlan, islands: [IslandPlan.Island], together: IslandFailure
  ) -> PowerFlowError {
    guard islands.count > 1 else { return .notConverged([together]) }
    var failures: [IslandFailure] = []
    for island in islands.indices {
      let alone = rows.keeping(island: island)
      do {
        _ = try iterate(from: start, rows: alone, islands: islands)
      } catch {
        failures.append(error)
      }
    }
    return .notConverged(failures.isEmpty ? [together] : failures)
  }
}
