import Foundation
import TwinIdentity

/// Makes what a twin's certificates begin with, as far as it is missing.
struct PkiSetup {
  let twin: String
  let folders: PkiFolders

  struct Outcome {
    /// Of the root.
    var fingerprint: Fingerprint
    /// What was done, for people.
    var notes: [String]
  }

  func complete(at now: Date) throws -> Outcome {
    try folders.coordinator.folder.prepare()
    return try folders.coordinator.folder.exclusively { try completeAlone(at: now) }
  }

  private func completeAlone(at now: Date) throws -> Outcome {
    let present = try folders.coordinator.load()
    if let present { try check(present, folders.coordinator) }
    let isFresh = present.map { now < $0.chain.halfLife } ?? false
    if let present, isFresh {
      return Outcome(
        fingerprint: present.root.fingerprint,
        notes: ["the root and the issuer of \(twin) are there already"])
    }
    var notes: [String] = []
    let root: CertificateAuthority
    if let kept = try folders.root?.load() {
      try check(kept, folders.root!)
      guard present == nil || present?.root.fingerprint == kept.chain.fingerprint else {
        throw Refusal(
          "the issuer in \(folders.coordinator.folder.path) is not under the root in "
            + "\(folders.root!.folder.path); give the right folders with --root and --identity",
          code: .badInput)
      }
      root = kept
    } else {
      guard present == nil, let folder = folders.root else {
        throw Refusal(
          "the issuer of \(twin) is to be renewed, and its root is missing; bring its folder back "
            + "or say where it is with --root DIR", code: .badInput)
      }
      root = try CertificateAuthority.makeRoot(twin: twin, at: now)
      try folder.keep(root)
      notes.append("made the root of \(twin) in \(folder.folder.path); keep a copy of it")
    }
    let issuer = try root.makeIntermediate(at: now)
    if let present, let list = try folders.coordinator.denyList() {
      // Its signature is good for as long as the issuer's certificate.
      let opened = try list.open(twin: twin, roots: [root.chain], at: present.chain.notBefore)
      try folders.coordinator.keep(SignedDenyList(opened, by: issuer))
    }
    try folders.coordinator.keep(issuer)
    notes.append(
      "\(present == nil ? "made" : "renewed") the issuer of \(twin) in "
        + folders.coordinator.folder.path)
    return Outcome(fingerprint: root.chain.fingerprint, notes: notes)
  }

  private func check(_ authority: CertificateAuthority, _ folder: AuthorityFolder) throws {
    guard authority.twin == twin else {
      throw Refusal(
        "\(folder.folder.path) is of the twin \(authority.twin), not of \(twin); give another "
          + "folder, or --twin \(ShellWord.quote(authority.twin))", code: .badInput)
    }
  }
}
