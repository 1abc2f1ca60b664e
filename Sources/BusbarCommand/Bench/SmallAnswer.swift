import HTTP2Connection
import Synchronization

/// The same twelve bytes, or a body of its own for each request, whatever is asked, when the request is
/// complete: where no body follows, as soon as its head is there.
final class SmallAnswer: HTTP2Responder {
  private static let small = HTTP2Response(
    status: 200, headers: ["content-type": "text/plain"], body: Array("hello, grid\n".utf8))

  private let bytes: Int?
  private let count = Atomic(0)

  init(bytes: Int? = nil) { self.bytes = bytes }

  /// How many requests have come.
  var requestCount: Int { count.load(ordering: .relaxed) }

  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
    // One loop writes; what reads comes when it is done.
    count.store(count.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    guard head.hasBody else { return .answer(response) }
    return .take { [self] _, answer in
      answer(response)
      return .none
    }
  }

  private var response: HTTP2Response {
    var response = Self.small
    if let bytes { response.body = Array(repeating: UInt8(ascii: "x"), count: bytes) }
    return response
  }
}
