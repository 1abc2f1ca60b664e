import Assets
import GridModel
import PowerFlow
import Quantities
import SparseAlgebra
import TwinStore

/// What happened in the grid, computed again from what a store keeps.
///
/// A store has no powers: it has slices, and after each tick the voltages and what the assets carry.
/// The rest follows. An asset's step is pure, so the powers of a tick come from the state before it;
/// voltages come from the state after it; and the report of a segment follows from both, with its
/// neighbours' voltages for what flows over ties. The results are those that the twin itself reported.
package struct History: Sendable {
  /// The time of every tick.
  package let time: TwinTime
  private var parts: [SegmentPlan.ID: SegmentPart] = [:]

  /// - Parameter slices: of every segment of the twin: islands and what holds them are known only
  ///   from all.
  package init(_ slices: [SegmentSlice]) {
    let slices = slices.sorted { $0.segment < $1.segment }
    time = slices.first?.topology.time ?? TwinTime()
    let networks = slices.map { Network($0) }
    let injections = zip(slices, networks).map { slice, network in
      Injections(OperatingPoint(asWrittenIn: slice.topology), on: network)
    }
    let structures = slices.indices.map { position in
      NetworkStructure(
        of: networks[position], border: slices[position].border,
        start: StartVoltages.make(for: networks[position]), injections: injections[position])
    }
    let border = BorderPlan(
      joining: structures, topologyVersion: slices.first?.topologyVersion ?? 1, roleVersion: 1)
    for (position, slice) in slices.enumerated() {
      let view = border.view(
        of: position, touching: slice.border, structure: structures[position])
      parts[slice.segment] = SegmentPart(
        slice, network: networks[position], injections: injections[position], view: view)
    }
  }

  /// By segment id, ascending.
  var ordered: [SegmentPart] { parts.values.sorted { $0.slice.segment < $1.slice.segment } }

  /// The segments whose states a segment's results follow from: it and its neighbours.
  package func sources(of segment: SegmentPlan.ID) -> [SegmentPlan.ID] {
    guard let part = parts[segment] else { return [] }
    return (part.slice.neighbours + [segment]).sorted()
  }

  /// Computes what a segment saw in a tick.
  ///
  /// - Parameters:
  ///   - before: the states that the tick began from; `nil` before tick 0.
  ///   - after: the states that the tick ended with, of the segment and its neighbours.
  package func report(
    of segment: SegmentPlan.ID, before: Commit?, after: Commit
  ) throws(HistoryError) -> PastTick {
    guard let part = parts[segment] else { throw .noState(segment, tick: after.tick) }
    let own = try state(of: segment, in: after)
    let fleet = try fleetState(of: segment, in: before, tick: after.tick)
    var foreign: [ElementReference: TieEnd] = [:]
    for neighbour in part.slice.neighbours {
      let voltages = try state(of: neighbour, in: after).voltages
      guard let ends = parts[neighbour]?.ends(for: segment, at: voltages) else {
        throw .noState(neighbour, tick: after.tick)
      }
      for end in ends { foreign[end.element] = end }
    }
    return part.report(
      tick: after.tick, from: fleet, to: own, foreign: foreign)
  }

  /// What a segment saw in a tick, and what that cost.
  package struct PastTick: Sendable {
    package var flow: FlowReport
    /// `nil` without prices. How many rounds it took is not kept.
    package var balance: BalanceFigures?
  }

  private func fleetState(
    of segment: SegmentPlan.ID, in before: Commit?, tick: Int64
  ) throws(HistoryError) -> FleetState? {
    guard tick > 0 else { return nil }
    guard let before, before.tick == tick - 1 else { throw .noPredecessor(tick: tick) }
    return try state(of: segment, in: before).fleet
  }

  private func state(
    of segment: SegmentPlan.ID, in commit: Commit
  ) throws(HistoryError) -> SegmentState {
    guard let part = parts[segment],
      let record = commit.states.first(where: { $0.segment == segment.text })
    else { throw .noState(segment, tick: commit.tick) }
    do {
      let state = try SegmentState(decoding: record.state)
      guard part.fits(state) else {
        throw HistoryError.unreadable(
          segment, tick: commit.tick, why: "it is not of the segment's slice")
      }
      return state
    } catch let error as HistoryError {
      throw error
    } catch {
      throw .unreadable(segment, tick: commit.tick, why: "\(error)")
    }
  }
}

/// Why a tick's results cannot be computed.
package enum HistoryError: Error, Equatable, Sendable {
  /// The tick before it is not kept any more, and with it what the assets carried.
  case noPredecessor(tick: Int64)
  case noState(SegmentPlan.ID, tick: Int64)
  case unreadable(SegmentPlan.ID, tick: Int64, why: String)
}

extension HistoryError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noPredecessor(let tick):
      "the powers of tick \(tick) follow from the state before it, which is not kept any more; begin "
        + "one tick later"
    case .noState(let segment, let tick):
      "the store has no state of segment '\(segment)' after tick \(tick); its directory may mix two "
        + "twins"
    case .unreadable(let segment, let tick, let why):
      "the state of segment '\(segment)' after tick \(tick) cannot be read: \(why); read it with the "
        + "Busbar that wrote it"
    }
  }
}
