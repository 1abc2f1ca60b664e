#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread of this process.
struct ThreadID: Equatable, Sendable {
  private let number: UInt

  /// The thread that asks.
  static var current: ThreadID { ThreadID(number: UInt(pthread_self())) }
}
