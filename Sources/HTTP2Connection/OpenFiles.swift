#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How many files and sockets this process may have open.
enum OpenFiles {
  /// What a process needs for itself: its store, its log, its own connections.
  private static let ownShare = 128

  /// How many of them can be the connections of a server; at least one.
  static var forConnections: Int {
    var limit = rlimit()
    #if canImport(Glibc)
      let status = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      let status = unsafe getrlimit(RLIMIT_NOFILE, &limit)
    #endif
    guard status == 0, limit.rlim_cur < rlim_t(Int32.max) else { return .max }
    return max(1, Int(limit.rlim_cur) - ownShare)
  }
}
