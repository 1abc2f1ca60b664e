import HTTP2Connection

/// Answers the calls that reach this node over HTTP/2.
struct HTTP2CallResponder: HTTP2Responder {
  let cluster: ActorCluster
  private let reader: RouteReader

  init(cluster: ActorCluster) {
    self.cluster = cluster
    reader = RouteReader(node: cluster.node, authority: cluster.authority)
  }

  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { admit(head, from: nil) }

  func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    guard let call = reader.read(head, from: peer?.uri) else {
      cluster.refusedMalformed()
      return .answer(Self.malformed)
    }
    switch cluster.admit(call.head, from: peer?.uri, call.permission) {
    case .failure(let refusal): return .answer(Self.response(.refused(refusal)))
    case .success(let admitted):
      return .take { [cluster] body, answer in
        let serving = cluster.begin(serving: admitted, body) { answer(Self.response($0)) }
        return serving.map { serving in HTTP2Work { serving.cancel() } } ?? .none
      }
    }
  }

  private static let malformed = response(
    .refused(.undecodable("This is no call: method, path or a busbar header is missing.")))

  private static let cbor: HTTP2Headers = ["content-type": "application/cbor"]

  private static func response(_ reply: CallReply) -> HTTP2Response {
    if case .returned(let body) = reply {
      return HTTP2Response(status: 200, headers: cbor, body: body)
    }
    let (status, headers, body) = reply.http
    return HTTP2Response(status: status, headers: HTTP2Headers(headers), body: body)
  }
}
