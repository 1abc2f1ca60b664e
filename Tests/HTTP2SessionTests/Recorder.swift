@testable import HTTP2Session

/// Writes down what a session says, and answers as it is told.
final class Recorder: HTTP2SessionDelegate {
  /// What `admit` answers.
  var refusal: HTTP2Response?
  /// Called with each request's head before `refusal` is asked for.
  var onHead: (Int32) -> Void = { _ in }
  /// Called with each complete request.
  var onRequest: (HTTP2Request, Int32) -> Void = { _, _ in }

  private(set) var heads: [HTTP2RequestHead] = []
  private var admitted: [Int32: HTTP2RequestHead] = [:]
  private(set) var requests: [Int32: HTTP2Request] = [:]
  private(set) var responses: [Int32: HTTP2Response] = [:]
  private(set) var ends: [Int32: HTTP2StreamEnd] = [:]
  private(set) var goAways: [HTTP2ErrorCode] = []

  func admit(_ head: HTTP2RequestHead, on stream: Int32) -> HTTP2Response? {
    heads.append(head)
    admitted[stream] = head
    onHead(stream)
    return refusal
  }

  func requestArrived(_ body: [UInt8], on stream: Int32) {
    let request = HTTP2Request(head: admitted[stream]!, body: body)
    requests[stream] = request
    onRequest(request, stream)
  }

  func responseArrived(_ response: HTTP2Response, on stream: Int32) {
    responses[stream] = response
  }

  /// Called with each part of an open-ended body.
  var onPart: ([UInt8], Int32) -> Void = { _, _ in }
  private(set) var openHeads: [Int32: HTTP2Response] = [:]
  private(set) var parts: [Int32: [UInt8]] = [:]
  private(set) var trailers: [Int32: HTTP2Headers] = [:]
  private(set) var sentBytes = 0

  func headArrived(_ head: HTTP2Response, on stream: Int32) { openHeads[stream] = head }

  func partArrived(_ part: [UInt8], on stream: Int32) {
    parts[stream, default: []] += part
    onPart(part, stream)
  }

  func partsEnded(trailers: HTTP2Headers, on stream: Int32) { self.trailers[stream] = trailers }

  func partsWereSent(_ count: Int, on stream: Int32) { sentBytes += count }

  func streamClosed(_ stream: Int32, _ end: HTTP2StreamEnd) {
    precondition(ends[stream] == nil, "A stream closes once.")
    ends[stream] = end
  }

  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode) { goAways.append(code) }
}
