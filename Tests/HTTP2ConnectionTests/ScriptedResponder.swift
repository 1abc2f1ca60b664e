import HTTP2Connection
import Synchronization

/// Answers by path, and says when a request starts and when its task is cancelled.
///
///     /echo     200 and the request's body, from a task; /echo-at-once without one
///     /large    200 and 300 000 bytes
///     /refused  412 from `admit`
///     /converse a stream that says what it hears, until the client ends its body
///     /pour     a stream that sends as much as it can, in parts of `partBytes`
///     /hold     waits until the task is cancelled or `release` is called
final class ScriptedResponder: HTTP2Responder {
  enum Event: Equatable {
    case started
    case cancelled
  }

  let events: AsyncStream<Event>
  private let event: AsyncStream<Event>.Continuation
  private let gateIsOpen = Atomic(false)

  init() {
    (events, event) = AsyncStream.makeStream()
  }

  /// Lets the held requests go on.
  func release() { gateIsOpen.store(true, ordering: .relaxed) }

  /// Waits for the next event.
  func next() async -> Event? {
    var iterator = events.makeAsyncIterator()
    return await iterator.next()
  }

  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
    switch head.path {
    case "/refused": .answer(HTTP2Response(status: 412))
    case "/echo-at-once":
      .take { body, answer in
        answer(HTTP2Response(status: 200, body: body))
        return .none
      }
    case "/converse": .stream { await self.converse($0) }
    case "/pour": .stream { await self.pour($0) }
    default: .task { await self.respond(to: HTTP2Request(head: head, body: $0)) }
    }
  }

  static let partBytes = 10_000
  /// How much was sent by `/pour`.
  var pouredBytes: Int { poured.load(ordering: .relaxed) }
  private let poured = Atomic(0)

  private func converse(_ stream: HTTP2OpenStream) async -> HTTP2Headers {
    event.yield(.started)
    do {
      while let heard = try await stream.next() { try await stream.send(heard) }
      return ["busbar-status": "done"]
    } catch {
      // It hears of the end of its stream as an error, or a moment later as a cancellation.
      event.yield(.cancelled)
      return ["busbar-status": "leaving"]
    }
  }

  private func pour(_ stream: HTTP2OpenStream) async -> HTTP2Headers {
    while (try? await stream.send(Array(repeating: 1, count: Self.partBytes))) != nil {
      poured.add(Self.partBytes, ordering: .relaxed)
    }
    return [:]
  }

  private func respond(to request: HTTP2Request) async -> HTTP2Response {
    switch request.head.path {
    case "/echo":
      return HTTP2Response(status: 200, body: request.body)
    case "/large":
      return HTTP2Response(status: 200, body: Array(repeating: 1, count: 300_000))
    case "/hold":
      event.yield(.started)
      while !Task.isCancelled, !gateIsOpen.load(ordering: .relaxed) {
        try? await Task.sleep(for: .milliseconds(5))
      }
      if Task.isCancelled { event.yield(.cancelled) }
      return HTTP2Response(status: 200)
    default:
      return HTTP2Response(status: 404)
    }
  }
}
