import ArgumentParser

struct PkiCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pki", abstract: "Make, show and revoke the certificates of a twin.",
    discussion: """
      A twin has a root, its coordinator an issuer under it, and every process a
      certificate of a day that says what it is: spiffe://TWIN/ROLE/NAME. Keys stay
      where they were made.

      Examples:
        busbar pki init --twin cigre-mv
        busbar pki token --node north --out north.token
        busbar pki show
        busbar pki revoke north
      """,
    subcommands: [
      PkiInitCommand.self, PkiTokenCommand.self, PkiShowCommand.self, PkiRevokeCommand.self,
    ])
}
