import GridModel

/// A topology cut into segments: who owns what, which rows are on the border, who counts each tie.
///
/// The border covers every tie: at least one end of each is on it. It is chosen greedily, most
/// uncovered ties first, then the lower bus name, so that the same document always gives the same
/// border.
package struct Partition: Sendable {
  package let topology: Topology
  package let topologyVersion: Int64
  /// Ascending.
  package let segments: [SegmentPlan.ID]
  /// Every border row, by the bus that stands for it, ascending.
  package let border: [Bus.ID]
  package let ties: [Tie]

  package struct Tie: Sendable, Equatable {
    package let element: ElementReference
    package let from: Bus.ID
    package let to: Bus.ID
    package let fromOwner: SegmentPlan.ID
    package let toOwner: SegmentPlan.ID
    package let stampedBy: SegmentPlan.ID
  }

  private let ownerOfBus: [Bus.ID: SegmentPlan.ID]
  private let representativeOfBus: [Bus.ID: Bus.ID]

  /// Cuts a topology by its own segments. Every bus must be in exactly one, as the reader checks.
  package init(_ topology: Topology, topologyVersion: Int64 = 1) {
    let fusion = topology.fusedBuses()
    var representativeOfBus: [Bus.ID: Bus.ID] = [:]
    for bus in topology.buses { representativeOfBus[bus.id] = fusion.representative(of: bus.id) }
    var ownerOfBus: [Bus.ID: SegmentPlan.ID] = [:]
    for segment in topology.segments {
      for bus in segment.buses { ownerOfBus[bus] = segment.id }
    }
    precondition(ownerOfBus.count == topology.buses.count, "Every bus is in one segment.")

    typealias Cut = (element: ElementReference, from: Bus.ID, to: Bus.ID)
    func cut<B: BranchElement>(_ elements: [B]) -> [Cut] {
      elements.filter { $0.inService && ownerOfBus[$0.from] != ownerOfBus[$0.to] }
        .map { ($0.reference, $0.from, $0.to) }
    }
    let cuts = cut(topology.lines) + cut(topology.branches) + cut(topology.transformers)
    let border = Self.cover(
      cuts.map { (representativeOfBus[$0.from]!, representativeOfBus[$0.to]!) })
    let isBorder = Set(border)

    ties = cuts.map { cut in
      let fromOwner = ownerOfBus[cut.from]!
      let toOwner = ownerOfBus[cut.to]!
      let stampedBy: SegmentPlan.ID =
        switch (
          isBorder.contains(representativeOfBus[cut.from]!),
          isBorder.contains(representativeOfBus[cut.to]!)
        ) {
        case (true, false): toOwner
        case (false, true): fromOwner
        default: min(fromOwner, toOwner)
        }
      return Tie(
        element: cut.element, from: cut.from, to: cut.to, fromOwner: fromOwner, toOwner: toOwner,
        stampedBy: stampedBy)
    }
    self.topology = topology
    self.topologyVersion = topologyVersion
    segments = topology.segments.map(\.id).sorted()
    self.border = border
    self.ownerOfBus = ownerOfBus
    self.representativeOfBus = representativeOfBus
  }

  /// A set of buses that has an end of every tie, ascending.
  private static func cover(_ ties: [(Bus.ID, Bus.ID)]) -> [Bus.ID] {
    let rows = Set(ties.flatMap { [$0.0, $0.1] }).sorted()
    let number = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    var cover = BorderCover(rowCount: rows.count)
    return cover.choose(ties.map { (number[$0.0]!, number[$0.1]!) }).sorted().map { rows[$0] }
  }

  package func owner(of bus: Bus.ID) -> SegmentPlan.ID { ownerOfBus[bus]! }

  /// What one segment gets to know.
  package func slice(_ segment: SegmentPlan.ID) -> SegmentSlice {
    let isBorder = Set(border)
    let own = ties.filter { $0.fromOwner == segment || $0.toOwner == segment }
    let tied = Set(own.map(\.element))
    var foreign: Set<Bus.ID> = []
    var foreignBorder: Set<Bus.ID> = []
    var representatives: [SegmentSlice.Representative] = []
    for tie in own {
      let far = tie.fromOwner == segment ? tie.to : tie.from
      let representative = representativeOfBus[far]!
      foreign.insert(far)
      if tie.stampedBy == segment && isBorder.contains(representative) {
        foreignBorder.insert(representative)
        if !representatives.contains(where: { $0.bus == far }) {
          representatives.append(.init(bus: far, standsFor: representative))
        }
      }
    }
    foreign.formUnion(foreignBorder)

    var slice = Topology(name: topology.name)
    slice.power_MVA = topology.power_MVA
    slice.frequency_Hz = topology.frequency_Hz
    slice.time = topology.time
    slice.weather = topology.weather
    func owns(_ bus: Bus.ID) -> Bool { ownerOfBus[bus] == segment }
    func isKept<B: BranchElement>(_ element: B) -> Bool {
      owns(element.from) && owns(element.to) || tied.contains(element.reference)
    }
    slice.buses = topology.buses.filter { owns($0.id) }
    slice.sources = topology.sources.filter { owns($0.bus) }
    slice.lines = topology.lines.filter(isKept)
    slice.branches = topology.branches.filter(isKept)
    slice.transformers = topology.transformers.filter(isKept)
    slice.loads = topology.loads.filter { owns($0.bus) }
    slice.generators = topology.generators.filter { owns($0.bus) }
    slice.photovoltaics = topology.photovoltaics.filter { owns($0.bus) }
    slice.windTurbines = topology.windTurbines.filter { owns($0.bus) }
    slice.batteries = topology.batteries.filter { owns($0.bus) }
    slice.shunts = topology.shunts.filter { owns($0.bus) }
    let kept = Set(
      slice.lines.map(\.reference) + slice.branches.map(\.reference)
        + slice.transformers.map(\.reference))
    slice.switches = topology.switches.filter {
      switch $0.place {
      case .end(let element, _): kept.contains(element)
      case .between(let a, let b): owns(a) && owns(b)
      }
    }
    slice.balancing = topology.balancing.map { balancing in
      var own = balancing
      let (sources, loads) = (Set(slice.sources.map(\.id)), Set(slice.loads.map(\.id)))
      own.imports = balancing.imports.filter { sources.contains($0.source) }
      own.flexibleLoads = balancing.flexibleLoads.filter { loads.contains($0.load) }
      return own
    }
    let profiles = Set(
      slice.balancing.map { $0.imports.compactMap(\.profile) } ?? []
    ).union(
      slice.loads.compactMap(\.profile) + slice.generators.compactMap(\.profile)
        + slice.photovoltaics.compactMap(\.profile) + slice.windTurbines.compactMap(\.profile))
    slice.profiles = topology.profiles.filter { profiles.contains($0.id) }
    slice.foreignBuses = topology.buses.filter { foreign.contains($0.id) }
    return SegmentSlice(
      segment: segment, topologyVersion: topologyVersion, topology: slice,
      ties: own.map { tie in
        let isFrom = tie.fromOwner == segment
        return SegmentSlice.Tie(
          element: tie.element, neighbour: isFrom ? tie.toOwner : tie.fromOwner,
          ownEnd: isFrom ? .from : .to, isStampedHere: tie.stampedBy == segment)
      },
      ownBorder: border.filter(owns), foreignBorder: foreignBorder.sorted(),
      representatives: representatives)
  }
}
