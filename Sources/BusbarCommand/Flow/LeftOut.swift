import ArgumentParser
import GridModel

/// Kinds of asset that a flow leaves out, as `--without` lists them.
struct LeftOut {
  enum Kind: String, CaseIterable {
    case loads, generators, photovoltaics, windTurbines, batteries, shunts
  }

  private let kinds: [Kind]

  init() { kinds = [] }

  init(_ list: String) throws {
    kinds = try list.split(whereSeparator: { ",; ".contains($0) }).map { key in
      guard let kind = Kind(rawValue: String(key)) else {
        let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(key)' cannot be left out; these can: \(known).")
      }
      return kind
    }
  }

  func apply(to topology: inout Topology) {
    for kind in kinds {
      switch kind {
      case .loads: topology.loads = []
      case .generators: topology.generators = []
      case .photovoltaics: topology.photovoltaics = []
      case .windTurbines: topology.windTurbines = []
      case .batteries: topology.batteries = []
      case .shunts: topology.shunts = []
      }
    }
  }
}
