import NIOConcurrencyHelpers

/// A value that one thread at a time may touch.
///
/// It is what `Synchronization.Mutex` is, over a lock that the thread sanitizer can see: with
/// `Mutex` on Linux every guarded access is reported as a race.
package final class Guarded<Value>: @unchecked Sendable {
  @usableFromInline let lock = NIOLock()
  @usableFromInline var value: Value

  package init(_ value: consuming sending Value) { self.value = value }

  /// Runs `body` with the value, and nobody else meanwhile. It must be short and must not come back
  /// here.
  @inlinable package func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
