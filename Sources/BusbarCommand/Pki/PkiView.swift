import Foundation
import TwinIdentity

/// What there is to know about a twin's certificates at one time.
struct PkiView {
  /// How far a certificate's life has gone.
  enum Condition: String {
    case fresh
    /// Half is over: it is renewed any moment.
    case due
    /// Two thirds are over: renewing fails.
    case late
    case ended
    case revoked
  }

  struct Item {
    var uri: String
    var serial: String
    var notBefore: Date
    var notAfter: Date
    var condition: Condition
  }

  let twin: String
  let root: Item
  let fingerprint: Fingerprint
  let issuer: Item
  /// The newest certificate of each process, in the order of their URIs.
  let items: [Item]
  let denyList: DenyList

  init(
    issuer: CertificateAuthority, issued: [EnrolmentDesk.IssuedCertificate], denyList: DenyList,
    now: Date
  ) {
    twin = issuer.twin
    fingerprint = issuer.root.fingerprint
    self.denyList = denyList
    root = Item(
      uri: "root", serial: issuer.root.serial, notBefore: issuer.root.notBefore,
      notAfter: issuer.root.notAfter,
      condition: Self.condition(from: issuer.root.notBefore, to: issuer.root.notAfter, at: now))
    self.issuer = Item(
      uri: "issuer", serial: issuer.chain.serial, notBefore: issuer.chain.notBefore,
      notAfter: issuer.chain.notAfter,
      condition: Self.condition(from: issuer.chain.notBefore, to: issuer.chain.notAfter, at: now))
    var newest: [String: EnrolmentDesk.IssuedCertificate] = [:]
    for certificate in issued
    where newest[certificate.uri]?.notAfter ?? .distantPast <= certificate.notAfter {
      newest[certificate.uri] = certificate
    }
    items = newest.values.sorted { $0.uri < $1.uri }.map { certificate in
      let isDenied =
        denyList.identities.contains(certificate.uri)
        || denyList.serials.contains(certificate.serial)
      return Item(
        uri: certificate.uri, serial: certificate.serial, notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        condition: isDenied
          ? .revoked
          : Self.condition(from: certificate.notBefore, to: certificate.notAfter, at: now))
    }
  }

  private static func condition(from start: Date, to end: Date, at now: Date) -> Condition {
    let life = end.timeIntervalSince(start)
    switch now.timeIntervalSince(start) {
    case ..<(life / 2): return .fresh
    case ..<(life * 2 / 3): return .due
    case ...life: return .late
    default: return .ended
    }
  }

  var lines: [String] {
    var table = TextTable(["identity", "serial", "ends", "state"])
    for item in [root, issuer] + items {
      table.add([item.uri, item.serial, Self.text(item.notAfter), item.condition.rawValue])
    }
    return ["twin \(twin), root \(fingerprint)"] + table.lines
  }

  /// What a person should do or know.
  var notes: [String] {
    var notes: [String] = []
    if issuer.condition != .fresh {
      notes.append(
        "the issuer ends at \(Self.text(issuer.notAfter)); 'busbar pki init --twin "
          + "\(ShellWord.quote(twin))' renews it, with the root at hand")
    }
    let late = items.filter { $0.condition == .late || $0.condition == .ended }
    if !late.isEmpty {
      notes.append(
        "\(counted(late.count, "certificate")) should have been renewed: "
          + late.map(\.uri).joined(separator: ", ")
          + "; see whether the processes run and reach the coordinator")
    }
    let shutOut = denyList.identities.subtracting(items.map(\.uri)).sorted()
    if !shutOut.isEmpty { notes.append("also revoked: \(shutOut.joined(separator: ", "))") }
    return notes
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "TwinIdentities", "twin": .string(twin),
      "fingerprint": .string("\(fingerprint)"), "root": Self.json(root),
      "issuer": Self.json(issuer), "denyListVersion": .integer(Int64(denyList.version)),
      "revoked": .array(denyList.identities.sorted().map { .string($0) }),
      "revokedSerials": .array(denyList.serials.sorted().map { .string($0) }),
      "items": .array(
        items.map { item in
          guard case .object(let members) = Self.json(item) else { return .null }
          return .object([("uri", .string(item.uri))] + members)
        }),
    ]
  }

  private static func json(_ item: Item) -> JSON {
    [
      "serial": .string(item.serial), "notBefore": .string(text(item.notBefore)),
      "notAfter": .string(text(item.notAfter)), "state": .string(item.condition.rawValue),
    ]
  }

  private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}

extension CertificateChain {
  /// When a certificate should be renewed.
  var halfLife: Date { notBefore.addingTimeInterval(notAfter.timeIntervalSince(notBefore) / 2) }
}
