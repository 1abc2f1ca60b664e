#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Tells one thread of this process from another.
struct ThreadIdentity: Equatable, Sendable {
  private let thread: UInt

  static var current: ThreadIdentity { ThreadIdentity(thread: UInt(pthread_self())) }
}
