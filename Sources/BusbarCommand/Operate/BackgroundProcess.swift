import Foundation

/// A process of this executable that outlives its parent and the terminal: it has a session of its
/// own, no input, and a file for what it writes.
struct BackgroundProcess: Sendable {
  let mark: ProcessMark

  /// Starts `busbar` with arguments; its data is thrown away.
  ///
  /// - Parameter log: where its notes go, behind what is there; the file is made if it is missing.
  static func start(_ arguments: [String], log: String) throws
    -> BackgroundProcess
  {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    keepFilesToOurselves()

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // Signals that this process handles itself must end the child again.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { unsafe sigaddset(&signals, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    // The threads of a pool let no signal through, and a child would begin like that.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Self.ownSession)

    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let failure = unsafe posix_spawn(&pid, program, &actions, &attributes, &words, environ)
    guard failure == 0 else {
      throw Refusal("a process cannot be started: \(unsafe String(cString: strerror(failure)))")
    }
    // A child that has ended already stays a zombie until it is asked for; its mark is not needed.
    guard let mark = ProcessMark(pid: pid) else {
      throw Refusal("a process ended as soon as it was started; its log is \(log)")
    }
    return BackgroundProcess(mark: mark)
  }

  /// Closes every file but the standard ones in children.
  private static func keepFilesToOurselves() {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for file in files.compactMap(Int32.init) where file > 2 {
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }
  }

  /// `POSIX_SPAWN_SETSID` of the C library.
  private static let ownSession: Int16 = 0x80

  /// Whether the process runs; one that has ended is laid to rest.
  var isAlive: Bool {
    waitpid(mark.pid, nil, WNOHANG)
    return mark.isAlive
  }
}
