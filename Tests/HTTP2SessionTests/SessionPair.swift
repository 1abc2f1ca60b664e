@testable import HTTP2Session

/// A client and a server joined in memory.
final class SessionPair {
  let clientSide = Recorder()
  let serverSide = Recorder()
  let client: HTTP2Session
  let server: HTTP2Session
  private let toServer = Pipe()
  private let toClient = Pipe()

  /// Bytes on their way in one direction.
  private final class Pipe {
    var bytes: [UInt8] = []

    func take() -> [UInt8] {
      defer { bytes = [] }
      return bytes
    }
  }

  init(clientLimits: HTTP2Limits = .init(), serverLimits: HTTP2Limits = .init()) {
    client = HTTP2Session(
      .client(scheme: "http", authority: "test:1"), limits: clientLimits, delegate: clientSide
    ) { [toServer] in toServer.bytes.append(copying: $0) }
    server = HTTP2Session(.server, limits: serverLimits, delegate: serverSide) { [toClient] in
      toClient.bytes.append(copying: $0)
    }
  }

  /// The server answers every request with its own body.
  func echo() {
    serverSide.onRequest = { [unowned server] request, stream in
      server.respond(HTTP2Response(status: 200, body: request.body), to: stream)
    }
  }

  /// Carries bytes both ways until neither side has any.
  func exchange() throws {
    while try carryToServer() + carryToClient() > 0 {}
  }

  /// Carries what the client has to say; returns how many bytes that was.
  @discardableResult
  func carryToServer() throws -> Int {
    _ = try client.serialize(upTo: .max)
    let bytes = toServer.take()
    if !bytes.isEmpty { try server.receive(bytes.span.bytes) }
    return bytes.count
  }

  @discardableResult
  func carryToClient() throws -> Int {
    _ = try server.serialize(upTo: .max)
    let bytes = toClient.take()
    if !bytes.isEmpty { try client.receive(bytes.span.bytes) }
    return bytes.count
  }

  /// Queues a request that the client will take.
  func submit(
    _ path: String = "/", headers: HTTP2Headers = [:], body: [UInt8] = []
  ) throws -> Int32 {
    let head = HTTP2RequestHead(method: "POST", path: path, headers: headers)
    guard let stream = client.submit(HTTP2Request(head: head, body: body)) else {
      throw Refused()
    }
    return stream
  }

  struct Refused: Error {}
}

extension [UInt8] {
  mutating func append(copying span: RawSpan) {
    span.withUnsafeBytes { append(contentsOf: $0) }
  }
}
