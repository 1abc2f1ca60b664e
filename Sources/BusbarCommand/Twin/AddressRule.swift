import ActorCluster
import ArgumentParser

/// Which addresses a command takes: without encryption only those of this machine.
struct AddressRule {
  /// Whether strangers on the way can neither read nor change what is sent.
  let isEncrypted: Bool

  func check(_ addresses: NodeAddress?...) throws(ValidationError) {
    guard !isEncrypted else { return }
    if let address = addresses.lazy.compactMap({ $0 }).first(where: { !$0.isLoopback }) {
      throw ValidationError(
        "'\(address.host)' may be another machine, and with --plaintext nothing is encrypted; use 127.0.0.1, "
          + "or leave --plaintext out.")
    }
  }

  /// Checks that others can call a process where it says it is.
  ///
  /// - Parameters:
  ///   - listen: where the process listens.
  ///   - advertised: where others are told to call it; nil for where it listens.
  ///   - coordinator: of a node, which is on this machine or on another one.
  static func checkWhereabouts(
    listen: NodeAddress, advertised: NodeAddress?, coordinator: NodeAddress? = nil
  ) throws(ValidationError) {
    if let advertised, advertised.isWildcard || advertised.port == 0 {
      throw ValidationError(
        "Nobody can call \(advertised); --advertise takes the host and port that others call.")
    }
    if advertised == nil, listen.isWildcard {
      throw ValidationError(
        "Nobody can call \(listen.host); say where others find this process with "
          + "--advertise HOST:PORT.")
    }
    if let coordinator, !coordinator.isLoopback, (advertised ?? listen).isLoopback {
      throw ValidationError(
        "The twin could not call this node at \((advertised ?? listen).host); give --listen "
          + "HOST:PORT with an address of this machine that others can reach.")
    }
  }
}

extension NodeAddress {
  /// Reads an address from the command line.
  init(argument: String) throws(ValidationError) {
    do { try self.init(argument) } catch { throw ValidationError("\(error).") }
  }
}
