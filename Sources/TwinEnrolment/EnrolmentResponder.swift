import Foundation
import HTTP2Connection
import TwinIdentity

/// Answers requests for certificates, and hands everything else on.
public struct EnrolmentResponder<Next: HTTP2Responder>: HTTP2Responder {
  private let desk: Guarded<EnrolmentDesk>
  private let folder: AuthorityFolder
  private let next: Next
  private let clock: @Sendable () -> Date
  private let onRefusal: @Sendable (HTTP2Refusal) -> Void

  /// - Parameters:
  ///   - desk: decides; what it remembers goes to `folder` before an answer goes out. Whoever shares it may
  ///     give it a newer deny list or another issuer meanwhile.
  ///   - next: answers all other requests.
  ///   - onRefusal: hears of everybody who gets no certificate.
  package init(
    _ desk: Guarded<EnrolmentDesk>, folder: AuthorityFolder, next: Next,
    clock: @escaping @Sendable () -> Date = { Date() },
    onRefusal: @escaping @Sendable (HTTP2Refusal) -> Void = { _ in }
  ) {
    self.desk = desk
    self.folder = folder
    self.next = next
    self.clock = clock
    self.onRefusal = onRefusal
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
    answer("somebody without a certificate") { desk, now throws(EnrolmentRefusal) in
      guard let wish = try? EnrolmentRequest(decoding: body) else { throw .unreadableRequest }
      return try desk.enrol(wish, at: now)
    }
  }

  private func renewal(_ body: [UInt8], _ peer: PeerIdentity?) -> HTTP2Response {
    guard let peer else {
      return Self.answer(401, "A certificate is renewed over a connection that shows it.")
    }
    return answer("\(peer)") { desk, now throws(EnrolmentRefusal) in
      guard let wish = try? RenewalRequest(decoding: body) else {
        throw .unreadableRequest
      }
      return try desk.renew(wish, of: peer, at: now)
    }
  }

  private func answer(
    _ who: String,
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
    } catch let refusal as EnrolmentRefusal {
      onRefusal(HTTP2Refusal(who: "\(who), who asked for one", why: "\(refusal)"))
      return Self.answer(refusal == .unreadableRequest ? 400 : 403, "\(refusal)")
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
