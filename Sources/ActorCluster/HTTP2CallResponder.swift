import HTTP2Connection

/// Answers the calls that reach this node over HTTP/2.
struct HTTP2CallResponder: HTTP2Responder {
  let cluster: ActorCluster

  func admit(_ head: HTTP2RequestHead) -> HTTP2Response? {
    guard let call = read(head) else { return Self.malformed }
    return cluster.admit(call).map { Self.response(.refused($0)) }
  }

  func respond(to request: HTTP2Request) async -> HTTP2Response {
    guard let head = read(request.head) else { return Self.malformed }
    return Self.response(await cluster.serve(CallRequest(head: head, body: request.body)))
  }

  private func read(_ head: HTTP2RequestHead) -> CallHead? {
    guard head.method == "POST" else { return nil }
    return CallHead(path: head.path, on: cluster.node) { head.headers[$0] }
  }

  private static let malformed = response(
    .refused(.undecodable("This is no call: method, path or a busbar header is missing.")))

  private static func response(_ reply: CallReply) -> HTTP2Response {
    let (status, headers, body) = reply.http
    return HTTP2Response(status: status, headers: HTTP2Headers(headers), body: body)
  }
}
