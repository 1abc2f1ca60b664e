import Yams

/// How the grid is cut, and where the parts would like to run.
extension TopologyReader {
  mutating func readSegments(_ document: Fields) {
    var owners: [Bus.ID: (segment: String, place: Place)] = [:]
    for (position, node) in (document.list("segments") ?? []).enumerated() {
      let fields = Fields(node, owner: "segment \(position + 1)", log: log)
      guard case .mapping = node else { continue }
      guard let id = Self.name("id", fields) else { continue }
      fields.owner = "segment '\(Shown.text(id))'"
      if let first = segmentPlaces[id] {
        log.fault(
          at: fields.place(of: "id"), "\(fields.owner) is declared twice",
          notes: [Finding.Note(place: first, sentence: "it is declared here first")])
      }
      segmentPlaces[id] = segmentPlaces[id] ?? fields.place(of: "id")
      let nodes = required("buses", fields) { fields.list("buses") } ?? []
      if nodes.isEmpty, fields.has("buses"), case .sequence? = fields.node("buses") {
        fields.fault("buses", "it names no bus; leave it out or give it one")
      }
      var buses: [Bus.ID] = []
      for node in nodes {
        guard let bus = busReference(node, "buses", fields, says: "names") else { continue }
        if let owner = owners[bus] {
          log.fault(
            at: node.place,
            "bus '\(Shown.text(bus.text))' is in segment '\(Shown.text(owner.segment))' already",
            notes: [Finding.Note(place: owner.place, sentence: "it is named here first")])
          continue
        }
        owners[bus] = (id, node.place ?? fields.place)
        buses.append(bus)
      }
      fields.finish()
      topology.segments.append(SegmentPlan(id: SegmentPlan.ID(id), buses: buses))
    }
    guard !topology.segments.isEmpty else { return }
    checkEveryBusHasASegment(owners.mapValues(\.segment))
    checkSwitchesStayInOneSegment(owners.mapValues(\.segment))
  }

  private func checkEveryBusHasASegment(_ owners: [Bus.ID: String]) {
    // A bus whose name has a fault of its own is told there.
    for bus in topology.buses where owners[bus.id] == nil && places[bus.reference] != nil {
      log.fault(
        at: places[bus.reference],
        "bus '\(Shown.text(bus.id.text))' is in no segment; name it in one of 'segments'")
    }
  }

  private func checkSwitchesStayInOneSegment(_ owners: [Bus.ID: String]) {
    for device in topology.switches {
      guard case .between(let a, let b) = device.place, let first = owners[a],
        let second = owners[b], first != second
      else { continue }
      log.fault(
        at: places[device.reference],
        "switch '\(Shown.text(device.id.text))' stands between segments '\(Shown.text(first))' and "
          + "'\(Shown.text(second))'; buses that it fuses belong to one segment")
    }
  }

  mutating func readPlacement(_ document: Fields) {
    var placed: [String: Place] = [:]
    for (position, node) in (document.list("placement") ?? []).enumerated() {
      let fields = Fields(node, owner: "placement \(position + 1)", log: log)
      guard case .mapping = node else { continue }
      let name = Self.name("node", fields)
      let nodes = required("segments", fields) { fields.list("segments") } ?? []
      var segments: [SegmentPlan.ID] = []
      for node in nodes {
        guard let segment = fields.text(node, "segments") else { continue }
        let place = node.place ?? fields.place
        if segmentPlaces[segment] == nil {
          log.unknown(
            segment, at: place, among: segmentPlaces.keys,
            "\(fields.owner) names segment '\(Shown.text(segment))', which is not declared")
        } else if let first = placed[segment] {
          log.fault(
            at: place, "segment '\(Shown.text(segment))' is placed twice",
            notes: [Finding.Note(place: first, sentence: "it is placed here first")])
        } else {
          placed[segment] = place
          segments.append(SegmentPlan.ID(segment))
        }
      }
      fields.finish()
      topology.placement.append(Placement(node: name ?? "", segments: segments))
    }
  }
}
