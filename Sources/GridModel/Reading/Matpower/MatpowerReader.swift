/// Turns a MATPOWER case (version 2 of the format) into a topology.
///
/// Buses keep their numbers as names. A bus's load and shunt carry the number of the bus, a
/// generator and a branch the number of its row. The voltages of the file are where a solve begins.
///
/// Source: R. D. Zimmerman and C. E. Murillo-Sánchez, *MATPOWER User's Manual*, appendix B.
struct MatpowerReader {
  /// Stands for a limit of `Inf`, in MW or Mvar: finite, so that every topology can be encoded.
  static let unlimited = 1e9

  let log: FindingLog
  let text: SourceText
  let file: MatpowerFile
  var topology: Topology
  var places: [ElementReference: Place] = [:]
  var busTypes: [Bus.ID: BusType] = [:]

  enum BusType: Int {
    case pq = 1
    case pv, reference, isolated
  }

  /// - Parameter isImported: whether a document takes this case in, and checks the whole itself.
  static func read(
    _ source: String, named file: String, isImported: Bool = false
  ) throws(DocumentFaults) -> ReadTopology {
    let log = FindingLog(file: file)
    var scanner = MatpowerScanner(source, log: log)
    scanner.scan()
    let name = scanner.file.name.isEmpty ? FileName.stem(of: file) : scanner.file.name
    var reader = MatpowerReader(
      log: log, text: scanner.text, file: scanner.file, topology: Topology(name: name))
    if !scanner.isOfVersion1 { reader.read(isImported: isImported) }
    let warnings = try log.conclude()
    return ReadTopology(topology: reader.topology, warnings: warnings)
  }

  private mutating func read(isImported: Bool) {
    checkVersion()
    readBase()
    let bus = table("bus", columns: 13)
    let generator = table("gen", columns: 10)
    let branch = table("branch", columns: 11)
    if let bus {
      readBuses(bus)
      if let generator { readGenerators(generator) }
      if let branch { readBranches(branch) }
    }
    warnOfOtherFields()
    guard bus != nil, generator != nil, branch != nil, !isImported else { return }
    TopologyChecks(topology: topology, places: places, log: log)
      .run(topologyPlace: place(of: "gen"))
  }

  private func checkVersion() {
    switch file.fields["version"]?.value {
    case .text("2"), .number(2): break
    case nil: reportMissing("version")
    default:
      log.fault(
        at: place(of: "version"),
        "the case is not of version 2 of the format; save it again with 'savecase'")
    }
  }

  private mutating func readBase() {
    switch file.fields["baseMVA"]?.value {
    case .number(let value) where value > 0 && value.isFinite: topology.power_MVA = value
    case nil: reportMissing("baseMVA")
    default: log.fault(at: place(of: "baseMVA"), "'mpc.baseMVA' must be a number above zero")
    }
  }

  private func reportMissing(_ field: String) {
    guard !file.refused.contains(field) else { return }
    log.fault(at: Place(1, 1), "the case has no 'mpc.\(field)'")
  }

  /// A table with at least so many numbers in every row, or `nil` after a fault.
  func table(_ name: String, columns: Int, isRequired: Bool = true) -> MatpowerTable? {
    guard let field = file.fields[name] else {
      if isRequired { reportMissing(name) }
      return nil
    }
    guard case .table(let table) = field.value else {
      log.fault(at: place(of: name), "'mpc.\(name)' is not a table")
      return nil
    }
    var isWhole = true
    for row in 0..<table.rowCount where !log.isFull {
      let width = table.width(of: row)
      let place = text.place(table.offset(row))
      if width < columns {
        log.fault(
          at: place,
          "row \(row + 1) of 'mpc.\(name)' has \(width) numbers; at least \(columns) are needed")
        isWhole = false
      } else if width != table.width(of: 0) {
        log.fault(
          at: place,
          "row \(row + 1) of 'mpc.\(name)' has \(width) numbers, the first has \(table.width(of: 0))"
        )
        isWhole = false
      }
      for column in stride(from: 1, through: width, by: 1) where table[row, column].isNaN {
        log.fault(
          at: text.place(table.offset(row, column)),
          "'mpc.\(name)' holds NaN in row \(row + 1), column \(column)")
        isWhole = false
      }
    }
    return isWhole ? table : nil
  }

  /// A number that must be finite; reports where it is not.
  func finite(_ table: MatpowerTable, _ row: Int, _ column: Int, _ what: String) -> Double {
    let value = table[row, column]
    if value.isFinite { return value }
    log.fault(at: text.place(table.offset(row, column)), "\(what) must be a finite number")
    return 0
  }

  func place(of field: String) -> Place {
    file.fields[field].map { text.place($0.offset) } ?? Place(1, 1)
  }

  private func warnOfOtherFields() {
    let known: Set = ["version", "baseMVA", "bus", "gen", "branch", "gencost", "bus_name"]
    for (name, field) in file.fields where !known.contains(name) {
      switch field.value {
      case .table(let table) where table.rowCount == 0: continue
      // Names and notes; no solve needs them.
      case .cells, .text: continue
      default: break
      }
      log.warn(
        at: text.place(field.offset), "'mpc.\(name)' is not read; it takes no part in a solve")
    }
  }
}
