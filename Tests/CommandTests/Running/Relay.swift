import Foundation
import Synchronization

/// Stands between one caller and a server on this machine, and writes down what the caller says.
final class Relay: Sendable {
  private let listener: Int32
  private let port: UInt16
  private let state = Mutex(State())

  private struct State {
    var heard: [UInt8] = []
    var sockets: [Int32] = []
  }

  struct NoSocket: Error { var step: String }

  init(to server: String) throws {
    let target = UInt16(server.split(separator: ":").last ?? "") ?? 0
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let own = LoopbackSocketAddress(port: 0)
    guard own.use({ bind(listener, $0, $1) }) == 0, listen(listener, 1) == 0 else {
      throw NoSocket(step: "listen")
    }
    self.listener = listener
    port = try LoopbackSocketAddress(boundTo: listener).port
    Thread.detachNewThread { [self] in relay(to: target) }
  }

  var address: String { "127.0.0.1:\(port)" }

  /// Everything that the caller has sent so far.
  var heard: [UInt8] { state.withLock { $0.heard } }

  /// Ends every connection, and so the threads. The descriptors go with the test process.
  func close() {
    state.withLock { state in
      for socket in state.sockets + [listener] { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func relay(to target: UInt16) {
    let caller = accept(listener, nil, nil)
    guard caller >= 0 else { return }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let address = LoopbackSocketAddress(port: target)
    guard address.use({ connect(server, $0, $1) }) == 0 else { return }
    state.withLock { $0.sockets = [caller, server] }
    Thread.detachNewThread { [self] in pass(from: server, to: caller) { _ in } }
    pass(from: caller, to: server) { bytes in state.withLock { $0.heard += bytes } }
  }

  private func pass(from source: Int32, to sink: Int32, _ hear: ([UInt8]) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      hear(Array(buffer.prefix(count)))
      var sent = 0
      while sent < count {
        let step = buffer.withUnsafeBytes {
          send(sink, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
        }
        guard step > 0 else { return }
        sent += step
      }
    }
    shutdown(sink, Int32(SHUT_WR))
  }
}

/// A port of 127.0.0.1 as the system takes it.
struct LoopbackSocketAddress {
  private var address = sockaddr_in()

  init(port: UInt16) {
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  }

  /// The address that a socket was given.
  init(boundTo socket: Int32) throws {
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutableBytes(of: &address) {
      getsockname(socket, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
    }
    guard result == 0 else { throw Relay.NoSocket(step: "getsockname") }
  }

  var port: UInt16 { UInt16(bigEndian: address.sin_port) }

  func use(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    withUnsafeBytes(of: address) {
      call($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
  }
}
