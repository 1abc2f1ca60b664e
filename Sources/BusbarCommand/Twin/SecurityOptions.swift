import ArgumentParser
import TwinIdentity

/// Who a process is, and whether it says so.
struct SecurityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of this process's key and certificate; in the twin's directory by default.",
      valueName: "DIR"))
  var identity: String?

  @Flag(help: "No certificates and no encryption, on 127.0.0.1 only.")
  var plaintext = false

  func validate() throws {
    if plaintext, identity != nil {
      throw ValidationError("Give --plaintext or --identity, not both.")
    }
  }

  /// Which addresses may be used.
  var rule: AddressRule { AddressRule(isEncrypted: !plaintext) }
}
