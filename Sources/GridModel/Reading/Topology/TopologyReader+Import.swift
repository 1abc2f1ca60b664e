import Yams

/// A network that stands in another file: `network: {import: case9241.m}`.
///
/// The file brings its elements, base, time and weather; the document adds to the elements and says
/// otherwise where it has a word of its own. Segments, placement and balancing are always the document's.
extension TopologyReader {
  /// Takes in the other file, if the document names one.
  ///
  /// - Returns: false when it has faults; what the document says of it cannot be judged then.
  mutating func readImport(_ document: Fields) -> Bool {
    guard let node = document.node("network"), let network = document.fields("network") else {
      return true
    }
    guard case .mapping = node else { return false }
    guard !isImported else {
      document.fault(
        "network", "an imported network imports another one; import that one directly")
      return false
    }
    guard let path = required("import", network, { network.text("import") }) else { return false }
    do {
      let file = FileName.resolve(path, from: log.file)
      let read = try Self.readNetwork(file)
      log.include(read.warnings)
      importedFile = path
      adopt(read.topology, at: network.place(of: "import"))
      return true
    } catch {
      if error.findings.count == 1, let only = error.findings.first, only.place == nil {
        network.fault("import", "'import' is '\(Shown.text(path))': \(only.sentence)")
      } else {
        log.include(error.findings)
      }
      return false
    }
  }

  private static func readNetwork(_ file: String) throws(DocumentFaults) -> ReadTopology {
    let text = try FileText.read(file)
    return FileName.suffix(of: file) == "m"
      ? try MatpowerReader.read(text, named: file, isImported: true)
      : try TopologyReader.read(text, named: file, isImported: true)
  }

  /// In this document, everything that was imported stands where the import does.
  private mutating func adopt(_ imported: Topology, at place: Place) {
    let name = topology.name
    topology = imported
    topology.name = name
    topology.segments = []
    topology.placement = []
    topology.balancing = nil
    func add<E: Element>(_ elements: [E]) {
      for element in elements { places[element.reference] = place }
    }
    add(imported.buses)
    add(imported.sources)
    add(imported.lines)
    add(imported.branches)
    add(imported.transformers)
    add(imported.switches)
    add(imported.loads)
    add(imported.generators)
    add(imported.photovoltaics)
    add(imported.windTurbines)
    add(imported.batteries)
    add(imported.shunts)
    profileIDs = Set(imported.profiles.map(\.id.text))
  }

  /// The profile that imported loads and generators follow, where the imported file says none.
  mutating func readNetworkProfile(_ document: Fields) {
    guard document.has("network"), let network = document.fields("network") else { return }
    _ = network.node("import")
    if let profile = readProfileReference(network) {
      for row in topology.loads.indices {
        topology.loads[row].profile = topology.loads[row].profile ?? profile
      }
      for row in topology.generators.indices {
        topology.generators[row].profile = topology.generators[row].profile ?? profile
      }
    }
    network.finish()
  }
}
