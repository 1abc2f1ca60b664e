import HTTP2Session
import NIOCore

/// Drives a session over a channel: bytes in, bytes out, and the end.
///
/// What is submitted while bytes are read goes out when reading ends; what is submitted from elsewhere
/// goes out at the end of the loop's tick. So a tick makes one write, however many calls it carries.
///
///     open → draining (first GOAWAY) → refusing (second GOAWAY) → closing → closed
///        ↘ closing (a side broke the protocol, or this side had enough) ↗
final class HTTP2ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How much one write to the channel takes; beyond, we wait until the socket took some.
  static let writeBytes = 256 * 1024
  /// How long a client may keep sending after the first GOAWAY: about a round trip.
  static let shutdownNotice = TimeAmount.milliseconds(200)
  /// How long the last bytes may take to leave when a connection closes.
  static let lingerLimit = TimeAmount.milliseconds(500)

  let owner: any HTTP2StreamOwner
  let status: ConnectionStatus
  /// Nil once the connection is closed.
  private(set) var session: HTTP2Session?

  private let output = OutputBuffer()
  private var context: ChannelHandlerContext?
  private var isReading = false
  private var flushIsScheduled = false
  private var isClosing = false
  private var violation: String?
  /// Watches a server's client; a client's callers have deadlines of their own.
  private var stallDetector: StallDetector?
  /// What a server's connections may hold together, and what it was told of this one.
  private let budget: BufferBudget?
  private var toldBytes = 0

  init(
    _ role: HTTP2Session.Role, limits: HTTP2Limits, owner: any HTTP2StreamOwner,
    status: ConnectionStatus = ConnectionStatus(), budget: BufferBudget? = nil
  ) {
    self.owner = owner
    self.status = status
    self.budget = budget
    session = HTTP2Session(role, limits: limits, delegate: owner) { [output] in output.append($0) }
    stallDetector = role == .server ? StallDetector(limits: limits) : nil
  }

  // MARK: What the streams' owner does

  /// Sends what was submitted, together with all else of this tick.
  func flushSoon() {
    guard !isReading, !flushIsScheduled, let context else { return }
    flushIsScheduled = true
    context.eventLoop.assumeIsolated().execute {
      self.flushIsScheduled = false
      self.flush()
    }
  }

  /// Serves what is open, takes nothing new, then closes; at the latest after `limit`.
  func drain(within limit: TimeAmount) {
    guard let session, let context else { return }
    status.hearGoodbye()
    session.announceShutdown()
    flush()
    let loop = context.eventLoop.assumeIsolated()
    loop.scheduleTask(in: Self.shutdownNotice) { [weak self] in
      self?.session?.refuseFurtherRequests()
      self?.flush()
    }
    loop.scheduleTask(in: limit) { [weak self] in self?.context?.close(promise: nil) }
  }

  /// Says goodbye as soon as no stream is open (client), and closes.
  func leave() {
    status.takeNoMoreRequests()
    session?.refuseFurtherRequests()
    flushSoon()
  }

  /// Ends the connection now, with whatever streams are open.
  func close() {
    status.hearGoodbye()
    session?.terminate(code: .noError)
    closeAfterLinger()
    flush()
  }

  /// Ends the connection and all its calls at once; whatever still arrives is ignored.
  func cut(because reason: String) {
    violation = violation ?? reason
    end()
    context?.close(promise: nil)
  }

  // MARK: What the channel says

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if let stallDetector { watchForStall(every: TimeAmount(stallDetector.interval)) }
    if context.channel.isActive { flush() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    flush()
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    status.countReceived(bytes.readableBytes)
    guard !isClosing, violation == nil, let session else { return }
    isReading = true
    do {
      try session.receive(bytes.readableBytesSpan)
    } catch {
      fail(error)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    flush()
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The socket failed; `channelInactive` follows and ends every call.
    context.close(promise: nil)
  }

  // MARK: Sending

  private func flush() {
    guard !isReading, !isClosing, let session, let context else { return }
    var hasWritten = false
    while context.channel.isWritable {
      do {
        guard try session.serialize(upTo: Self.writeBytes) > 0 else { break }
      } catch {
        violation = violation ?? error.message
        return context.close(promise: nil)
      }
      let bytes = output.take()
      status.countSent(bytes.readableBytes)
      context.write(wrapOutboundOut(bytes), promise: nil)
      hasWritten = true
    }
    if hasWritten { context.flush() }
    if session.isFinished { finish(session) }
  }

  /// Remembers what the peer did and says GOAWAY, if the peer still reads.
  private func fail(_ error: HTTP2SessionError) {
    violation = violation ?? error.message
    session?.terminate(code: error.code)
    closeAfterLinger()
  }

  /// Closes the channel when what was written is out.
  private func finish(_ session: HTTP2Session) {
    guard !isClosing, let context else { return }
    isClosing = true
    violation = violation ?? session.violation
    status.takeNoMoreRequests()
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      channel.close(promise: nil)
    }
    closeAfterLinger()
  }

  /// Closes the channel even if the peer does not read our last bytes.
  private func closeAfterLinger() {
    guard let channel = context?.channel else { return }
    channel.eventLoop.scheduleTask(in: Self.lingerLimit) { channel.close(promise: nil) }
  }

  /// Checks the peer again and again, until the connection is closed.
  private func watchForStall(every interval: TimeAmount) {
    let loop = context?.eventLoop.assumeIsolated()
    loop?.scheduleTask(in: interval) { [weak self] in
      guard let self, let session, let context else { return }
      session.forgive(after: Double(interval.nanoseconds) / 1e9)
      let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
      tellBudget(session.bufferedBytes)
      let look = StallDetector.Look(
        waitsForRoom: session.hasUnsentBody || waiting > 0,
        waitsForBytes: !session.isAcquainted || session.isBeingTold,
        sentBytes: session.sentBodyBytes - waiting, receivedBytes: session.receivedBodyBytes,
        bufferedBytes: session.bufferedBytes, isCrowded: budget?.isExceeded ?? false)
      if stallDetector?.isStalled(look) == true { return context.close(promise: nil) }
      watchForStall(every: interval)
    }
  }

  private func tellBudget(_ bytes: Int) {
    budget?.change(by: bytes - toldBytes)
    toldBytes = bytes
  }

  private func end() {
    guard session != nil else { return }
    tellBudget(0)
    violation = violation ?? session?.violation
    status.takeNoMoreRequests()
    owner.connectionClosed(violation: violation)
    session = nil
  }
}
