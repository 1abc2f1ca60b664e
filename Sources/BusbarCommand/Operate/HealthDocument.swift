import Foundation
import HTTP2Connection

/// What the health page of a process tells.
struct HealthDocument: Sendable, Decodable {
  var status: String
  var twin: String
  var part: String
  var name: String
  var era: Int64
  var trouble: String?

  /// Reads a page; `nil` when it is none of ours.
  init?(_ page: HTTP2Response) {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(page.body)) else {
      return nil
    }
    self = document
  }

  /// For people.
  var line: String {
    let who = part == name ? part : "\(part) \(name)"
    return "\(status): \(who) of \(twin), era \(era)" + (trouble.map { ": \($0)" } ?? "")
  }

  /// Why there is no page.
  static func sentence(_ error: HTTP2Error) -> String {
    switch error {
    case .cannotConnect(let why): why
    case .cancelled: "no answer came in time"
    case .closed, .connectionLost: "what listens there ended the connection"
    case .protocolViolation:
      "what listens there speaks no HTTP/2; check the port, and https:// against http://"
    case .refused, .busy: "it has too much to do; ask again"
    case .reset(let code): "it gave the question up (code \(code.rawValue))"
    case .tooLarge: "its answer is larger than the limits allow"
    }
  }
}
