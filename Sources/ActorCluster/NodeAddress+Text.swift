import NIOCore

extension NodeAddress {
  /// Why a text is no address: a sentence that says what to write.
  public struct Unreadable: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// Reads an address as a person types it, `HOST:PORT`: the host is a name, an IPv4 address, or an
  /// IPv6 address in brackets, such as `[::1]:7400`.
  public init(_ text: String) throws(Unreadable) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
      let port = Self.port(text[text.index(after: colon)...])
    else {
      throw Unreadable(description: "'\(text)' is not an address; write it like 127.0.0.1:7400")
    }
    let host = text[..<colon]
    if host.first == "[", host.last == "]" {
      let address = String(host.dropFirst().dropLast())
      guard Self.isIPv6(address) else {
        throw Unreadable(
          description: "'\(host)' is no IPv6 address; only those stand in brackets, like [::1]:7400"
        )
      }
      self.init(host: address, port: port)
      return
    }
    guard !host.contains(":") else {
      throw Unreadable(
        description:
          "'\(text)' is not an address; an IPv6 address stands in brackets, like [::1]:7400"
      )
    }
    guard Self.isNameOrIPv4(host) else {
      throw Unreadable(
        description: "'\(host)' is neither a host's name nor an IP address; write it like 127.0.0.1"
      )
    }
    self.init(host: String(host), port: port)
  }

  /// Whether only this machine can mean it: 127.0.0.0/8, ::1 or `localhost`. Any other name could be
  /// anybody.
  public var isLoopback: Bool {
    guard let numeric = Self.numeric(host) else { return host.lowercased() == "localhost" }
    return numeric == "::1" || (numeric.hasPrefix("127.") && !numeric.contains(":"))
  }

  /// Whether its host is an address and no name.
  var isNumeric: Bool { Self.numeric(host) != nil }

  /// Whether it means every address of a machine, which is where to listen and nothing to call:
  /// 0.0.0.0 or ::.
  public var isWildcard: Bool { ["0.0.0.0", "::"].contains(Self.numeric(host)) }

  private static func port(_ text: Substring) -> Int? {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let port = Int(text),
      port <= 65_535
    else { return nil }
    return port
  }

  /// An IP address in its shortest form; nil for a name.
  private static func numeric(_ host: String) -> String? {
    (try? SocketAddress(ipAddress: host, port: 0))?.ipAddress
  }

  /// With or without the interface that a link-local address is on, as in `fe80::1%eth0`.
  private static func isIPv6(_ text: String) -> Bool {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first, address.contains(":"), parts.last != "" else { return false }
    return numeric(String(address)) != nil
  }

  /// Names are those of RFC 1123, and with the underscore that some networks give. One of numbers and
  /// dots alone must be an address.
  private static func isNameOrIPv4(_ host: Substring) -> Bool {
    guard !host.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) else {
      return numeric(String(host)) != nil
    }
    let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return host.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
          && label.last != UInt8(ascii: "-") && label.allSatisfy(isNameByte)
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: isDigit(byte)
    }
  }
}
