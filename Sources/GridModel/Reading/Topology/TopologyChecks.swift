/// What can only be said of a topology as a whole.
struct TopologyChecks {
  let topology: Topology
  /// Where each element stands in the document.
  let places: [ElementReference: Place]
  let log: FindingLog

  func run(topologyPlace: Place) {
    checkSetPoints()
    guard hasAnySource() else {
      log.fault(
        at: topologyPlace,
        "a grid without any source; it needs a source in service, or a generator in service with "
          + "slackWeight above 0")
      return
    }
    if !log.hasFaults { warnOfDarkIslands() }
  }

  /// Sources on one bus, or on buses that closed switches fuse, hold one voltage.
  private func checkSetPoints() {
    let fused = topology.fusedBuses()
    var first: [Bus.ID: Source] = [:]
    for source in topology.sources where source.inService {
      guard let bus = fused.representative(of: source.bus) else { continue }
      guard let other = first[bus] else {
        first[bus] = source
        continue
      }
      guard other.v_pu != source.v_pu || other.angle_deg != source.angle_deg else { continue }
      log.fault(
        at: places[source.reference],
        "source '\(Shown.text(source.id.text))' holds bus '\(Shown.text(source.bus.text))' at "
          + "another voltage than source '\(Shown.text(other.id.text))' does",
        notes: places[other.reference].map {
          [Finding.Note(place: $0, sentence: "the other one is here")]
        } ?? [])
    }
  }

  /// A source at a bus that is not declared has its fault there, and counts here.
  private func hasAnySource() -> Bool {
    let out = Set(topology.buses.lazy.filter { !$0.inService }.map(\.id))
    return topology.sources.contains { $0.inService && !out.contains($0.bus) }
      || topology.generators.contains {
        $0.inService && $0.holdsVoltage && $0.slackWeight > 0 && !out.contains($0.bus)
      }
  }

  private func warnOfDarkIslands() {
    let islands = topology.islands()
    let lit = Set(topology.busesWithSource().compactMap(islands.representative))
    var dark: [Bus.ID: [Bus.ID]] = [:]
    var order: [Bus.ID] = []
    for bus in topology.buses where bus.inService {
      guard let island = islands.representative(of: bus.id), !lit.contains(island) else { continue }
      if dark[island] == nil { order.append(island) }
      dark[island, default: []].append(bus.id)
    }
    for island in order {
      guard let buses = dark[island], let first = buses.first else { continue }
      let others = buses.count == 1 ? "" : " and \(buses.count - 1) more"
      log.warn(
        at: places[ElementReference(.bus, first.text)],
        "bus '\(Shown.text(first.text))'\(others) has no way to a source and stays dark")
    }
  }
}
