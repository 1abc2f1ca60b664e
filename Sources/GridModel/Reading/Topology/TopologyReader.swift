import Yams

/// Reads a topology document and checks it, in one pass that finds all faults.
///
/// The order follows what refers to what: profiles and line types, buses, what joins buses, what
/// stands at buses, switches, segments; then what can only be said of the whole.
struct TopologyReader {
  static let apiVersion = "busbar/v1"

  let log: FindingLog
  var topology: Topology
  /// Where each element stands, and for buses that this id is declared.
  var places: [ElementReference: Place] = [:]
  var nominalVoltages: [Bus.ID: Double] = [:]
  var profileIDs: Set<String> = []
  var lineTypes: [String: LineType] = [:]
  var segmentPlaces: [String: Place] = [:]
  var isImported = false
  var importedFile: String?

  init(file: String) {
    log = FindingLog(file: file)
    topology = Topology(name: FileName.stem(of: file))
  }

  /// - Parameter isImported: whether another document takes this one in; then it takes in none.
  static func read(
    _ text: String, named file: String, isImported: Bool = false
  ) throws(DocumentFaults) -> ReadTopology {
    var reader = TopologyReader(file: file)
    reader.isImported = isImported
    if let root = YAMLDocument.compose(text, log: reader.log) {
      reader.read(root)
    }
    let warnings = try reader.log.conclude()
    return ReadTopology(
      topology: reader.topology, warnings: warnings, importedFile: reader.importedFile)
  }

  private mutating func read(_ root: Node) {
    let document = Fields(root, owner: "the topology", isRoot: true, log: log)
    guard case .mapping = root else { return }
    guard readImport(document) else { return }
    readHeader(document)
    readProfiles(document)
    readNetworkProfile(document)
    readLineTypes(document)
    topology.buses += readList(document, Bus.self) { $0.readBus($1, $2) }
    nominalVoltages = Dictionary(
      topology.buses.map { ($0.id, $0.nominalVoltage_kV) }, uniquingKeysWith: { first, _ in first })
    topology.lines += readList(document, Line.self) { $0.readLine($1, $2) }
    topology.branches += readList(document, Branch.self) { $0.readBranch($1, $2) }
    topology.transformers += readList(document, Transformer.self) { $0.readTransformer($1, $2) }
    topology.sources += readList(document, Source.self) { $0.readSource($1, $2) }
    topology.loads += readList(document, Load.self) { $0.readLoad($1, $2) }
    topology.generators += readList(document, Generator.self) { $0.readGenerator($1, $2) }
    topology.photovoltaics += readList(document, Photovoltaic.self) { $0.readPhotovoltaic($1, $2) }
    topology.windTurbines += readList(document, WindTurbine.self) { $0.readWindTurbine($1, $2) }
    topology.batteries += readList(document, Battery.self) { $0.readBattery($1, $2) }
    topology.shunts += readList(document, Shunt.self) { $0.readShunt($1, $2) }
    topology.switches += readList(document, Switch.self) { $0.readSwitch($1, $2) }
    readSegments(document)
    readPlacement(document)
    readBalancing(document)
    document.finish()
    // The document that takes this one in checks the whole.
    guard !isImported else { return }
    TopologyChecks(topology: topology, places: places, log: log)
      .run(topologyPlace: document.place(of: "sources"))
  }

  /// Reads the list of one kind: id and labels, then what the kind has of its own.
  ///
  /// An element with a fault stays in the list, so that later checks do not miss it.
  private mutating func readList<E: Element>(
    _ document: Fields, _: E.Type, _ body: (inout Self, Fields, String) -> E?
  ) -> [E] {
    let key = E.kind.listKey
    var elements: [E] = []
    for (position, node) in (document.list(key) ?? []).enumerated() {
      let fields = Fields(node, owner: "\(E.kind.rawValue) \(position + 1) of '\(key)'", log: log)
      guard case .mapping = node else { continue }
      let id = readID(fields, E.kind)
      let inService = fields.flag("inService") ?? true
      let labels = readLabels(fields)
      if var element = body(&self, fields, id ?? "") {
        element.inService = inService
        element.labels = labels
        elements.append(element)
      }
      fields.finish()
    }
    return elements
  }

  /// The id of an element as written; `nil` after a fault.
  private mutating func readID(_ fields: Fields, _ kind: ElementKind) -> String? {
    guard let id = Self.name("id", fields) else { return nil }
    fields.owner = "\(kind.rawValue) '\(Shown.text(id))'"
    let reference = ElementReference(kind, id)
    let place = fields.place(of: "id")
    if let first = places[reference] {
      log.fault(
        at: place, "\(fields.owner) is declared twice",
        notes: [Finding.Note(place: first, sentence: "it is declared here first")])
      return nil
    }
    places[reference] = place
    return id
  }

  /// A name that other places of the document can refer to.
  static func name(_ key: String, _ fields: Fields) -> String? {
    guard let node = fields.verbatim(key) else {
      fields.require(key)
      return nil
    }
    guard let name = fields.text(node, key) else { return nil }
    if name.isEmpty {
      fields.fault(key, "'\(key)' is empty")
    } else if name.contains(":") {
      fields.fault(key, "'\(key)' is '\(Shown.text(name))'; a name has no ':'")
    } else if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      fields.fault(key, "'\(key)' is '\(Shown.text(name))'; a name is one line without tabs")
    } else {
      return name
    }
    return nil
  }

  private func readLabels(_ fields: Fields) -> Labels {
    var labels = Labels()
    labels.name = fields.text("name")
    guard let ids = fields.fields("externalIds") else { return labels }
    for entry in ids.named() {
      if let text = ids.text(entry.node, entry.name) { labels.externalIds[entry.name] = text }
    }
    return labels
  }

  /// The bus that a key names; reports a missing key and a bus that is not declared.
  func readBusReference(_ key: String, _ fields: Fields, says: String) -> Bus.ID? {
    guard let node = fields.verbatim(key) else {
      fields.require(key)
      return nil
    }
    return busReference(node, key, fields, says: says)
  }

  func busReference(_ node: Node, _ key: String, _ fields: Fields, says: String) -> Bus.ID? {
    guard let name = fields.text(node, key) else { return nil }
    if places[ElementReference(.bus, name)] != nil { return Bus.ID(name) }
    log.unknown(
      name, at: node.place ?? fields.place, among: topology.buses.map(\.id.text),
      "\(fields.owner) \(says) bus '\(Shown.text(name))', which is not declared")
    return nil
  }

  func readProfileReference(_ fields: Fields) -> Profile.ID? {
    guard let node = fields.node("profile"), let name = fields.text(node, "profile") else {
      return nil
    }
    if profileIDs.contains(name) { return Profile.ID(name) }
    log.unknown(
      name, at: node.place ?? fields.place, among: profileIDs,
      "\(fields.owner) follows profile '\(Shown.text(name))', which is not declared")
    return nil
  }
}
