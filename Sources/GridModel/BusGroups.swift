/// Buses that belong together, as disjoint sets.
///
/// Each set is represented by its bus that is written first.
public struct BusGroups: Sendable {
  private var rows: [Bus.ID: Int] = [:]
  private var buses: [Bus.ID] = []
  private var parents: [Int] = []

  /// Every bus by itself.
  init(_ buses: some Sequence<Bus.ID>) {
    for bus in buses where rows[bus] == nil {
      rows[bus] = self.buses.count
      parents.append(self.buses.count)
      self.buses.append(bus)
    }
  }

  /// The bus that stands for the whole group; `nil` for a bus that is not in the topology.
  public func representative(of bus: Bus.ID) -> Bus.ID? {
    guard let row = rows[bus] else { return nil }
    return buses[root(of: row)]
  }

  mutating func join(_ a: Bus.ID, _ b: Bus.ID) {
    guard let first = rows[a], let second = rows[b] else { return }
    let (low, high) = (root(of: first), root(of: second))
    parents[max(low, high)] = min(low, high)
    // Shorten both ways, so that long chains of joins stay cheap.
    parents[first] = min(low, high)
    parents[second] = min(low, high)
  }

  private func root(of row: Int) -> Int {
    var row = row
    while parents[row] != row { row = parents[row] }
    return row
  }
}

extension Topology {
  /// Buses that closed switches between them make one.
  public func fusedBuses() -> BusGroups {
    var groups = BusGroups(buses.map(\.id))
    joinSwitches(&groups)
    return groups
  }

  /// Buses that a path of elements in service joins, all switches as they stand.
  public func islands() -> BusGroups {
    var groups = BusGroups(buses.map(\.id))
    joinSwitches(&groups)
    var opened: Set<ElementReference> = []
    for device in switches where device.inService && !device.closed {
      if case .end(let element, _) = device.place { opened.insert(element) }
    }
    let out = Set(buses.lazy.filter { !$0.inService }.map(\.id))
    func joinEnds(of elements: [some BranchElement]) {
      for element in elements where element.inService && !opened.contains(element.reference) {
        if out.contains(element.from) || out.contains(element.to) { continue }
        groups.join(element.from, element.to)
      }
    }
    joinEnds(of: lines)
    joinEnds(of: branches)
    joinEnds(of: transformers)
    return groups
  }

  /// The buses at which something in service can be an island's reference.
  public func busesWithSource() -> [Bus.ID] {
    let live = Set(buses.lazy.filter(\.inService).map(\.id))
    let candidates =
      sources.filter(\.inService).map(\.bus)
      + generators.filter { $0.inService && $0.holdsVoltage && $0.slackWeight > 0 }.map(\.bus)
    return candidates.filter(live.contains)
  }

  private func joinSwitches(_ groups: inout BusGroups) {
    let out = Set(buses.lazy.filter { !$0.inService }.map(\.id))
    for device in switches where device.inService && device.closed {
      guard case .between(let a, let b) = device.place, !out.contains(a), !out.contains(b) else {
        continue
      }
      groups.join(a, b)
    }
  }
}
