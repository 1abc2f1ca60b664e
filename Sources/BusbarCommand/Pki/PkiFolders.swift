import TwinIdentity

/// The folders of a twin's root and of its coordinator's issuer.
struct PkiFolders {
  /// Nil when only the coordinator's was named.
  let root: AuthorityFolder?
  let coordinator: AuthorityFolder

  static func root(in directory: String) -> String { "\(directory)/identity/root" }
  static func coordinator(in directory: String) -> String { "\(directory)/identity/coordinator" }

  /// Of the coordinator's own key and certificate.
  var coordinatorItself: String { "\(coordinator.folder.path)/self" }

  /// The issuer, which must be there.
  func issuer() throws -> CertificateAuthority {
    guard let issuer = try coordinator.load() else {
      throw Refusal(
        "there is no issuer in \(coordinator.folder.path); 'busbar pki init --twin NAME' makes one",
        code: .badInput)
    }
    return issuer
  }
}
