import Foundation
import HTTP2Connection
import TwinIdentity

/// Answers requests for certificates, and hands everything else on.
public struct EnrolmentResponder<Next: HTTP2Responder>: HTTP2Responder {
  private let desk: Guarded<EnrolmentDesk>
  private let folder: AuthorityFolder
  private let next: Next
  private let clock: @Sendable () -> Date

  /// - Parameters:
  ///   - desk: decides; what it remembers goes to `folder` before an answer goes out.
  ///   - next: answers all other requests.
  public init(
    _ desk: EnrolmentDesk, folder: AuthorityFolder, next: Next,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.desk = Guarded(desk)
    self.folder = folder
    self.next = next
    self.clock = clock
  }

  /// Takes a newer deny list into use: who is on it gets no certificate, and everybody else the list.
  public func take(_ list: SignedDenyList) throws {
    try desk.withLock { try $0.use(list, at: clock()) }
  }

  public func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { admit(head, from: nil) }

  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    switch head.path {
    case EnrolmentPath.enrol, EnrolmentPath.renew:
      guard head.method == "POST" else {
        return .answer(Self.answer(405, "Certificates are asked for with POST."))
      }
      // Signing and keeping the record take milliseconds: not on the loop.
      return .task { body in
        head.path == EnrolmentPath.enrol ? enrolment(body) : renewal(body, peer?.identity)
      }
    default: return next.admit(head, from: peer)
    }
  }

  private func enrolment(_ body: [UInt8]) -> HTTP2Response {
    answer { desk, now throws(EnrolmentRefusal) in
      guard let wish = try? EnrolmentRequest(decoding: body) else { throw .unreadableRequest }
      return try desk.enrol(wish, at: now)
    }
  }

  private func renewal(_ body: [UInt8], _ peer: PeerIdentity?) -> HTTP2Response {
    guard let peer else {
      return Self.answer(401, "A certificate is renewed over a connection that shows it.")
    }
    return answer { desk, now throws(EnrolmentRefusal) in
      guard let wish = try? RenewalRequest(decoding: body) else {
        throw .unreadableRequest
      }
      return try desk.renew(wish, of: peer, at: now)
    }
  }

  private func answer(
    _ decide: (inout EnrolmentDesk, Date) throws(EnrolmentRefusal) -> CertificateGrant
  ) -> HTTP2Response {
    do {
      let grant = try desk.withLock { desk in
        let grant = try decide(&desk, clock())
        try folder.keep(desk.record)
        return grant
      }
      return HTTP2Response(
        status: 200, headers: ["content-type": "application/cbor"], body: try grant.encoded())
    } catch EnrolmentRefusal.unreadableRequest {
      return Self.answer(400, "\(EnrolmentRefusal.unreadableRequest)")
    } catch let refusal as EnrolmentRefusal {
      return Self.answer(403, "\(refusal)")
    } catch {
      return Self.answer(503, "the coordinator cannot keep its record: \(error)")
    }
  }

  private static func answer(_ status: Int, _ text: String) -> HTTP2Response {
    HTTP2Response(
      status: status, headers: ["content-type": "text/plain; charset=utf-8"],
      body: Array(text.utf8))
  }
}
