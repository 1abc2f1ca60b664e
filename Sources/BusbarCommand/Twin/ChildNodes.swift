import ActorCluster
import Foundation
import Synchronization

/// The node processes that a demo starts, and ends, whatever happens.
final class ChildNodes: Sendable {
  /// A node process that ended.
  struct Exit: Sendable {
    var node: NodeName
    var status: Int32
    var wasKilled: Bool
  }

  /// Yields each child's end as it comes.
  let exits: AsyncStream<Exit>
  private let report: AsyncStream<Exit>.Continuation
  private let children = Mutex<[Child]>([])

  private struct Child: Sendable {
    var node: NodeName
    var process: Process
    var leash: FileHandle
  }

  /// Children that do not end when asked are killed after this.
  private static let patience = Duration.seconds(2)

  init() { (exits, report) = AsyncStream.makeStream(of: Exit.self) }

  /// Starts `busbar node` as a child that ends when this process does.
  ///
  /// - Parameter identity: the words of its command that say who it is.
  func start(
    _ node: NodeName, twin: String, coordinator: NodeAddress, _ identity: [String]
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      [
        "node", "--name=\(node)", "--twin=\(twin)", "--coordinator=\(coordinator)", "--leashed",
        // They share the terminal of the demo.
        "--log-level=error",
      ] + identity
    let leash = Pipe()
    process.standardInput = leash
    process.standardOutput = FileHandle.nullDevice
    process.terminationHandler = { [report] process in
      report.yield(
        Exit(
          node: node, status: process.terminationStatus,
          wasKilled: process.terminationReason == .uncaughtSignal))
    }
    try process.run()
    children.withLock {
      $0.append(Child(node: node, process: process, leash: leash.fileHandleForWriting))
    }
  }

  /// Kills a child as a crash would.
  func kill(_ node: NodeName) {
    let victims = children.withLock { $0.filter { $0.node == node && $0.process.isRunning } }
    for victim in victims { Foundation.kill(victim.process.processIdentifier, SIGKILL) }
  }

  /// Ends every child and waits for it.
  func end() async {
    let children = self.children.withLock { children in
      let all = children
      children = []
      return all
    }
    for child in children {
      try? child.leash.close()
      // A stopped process feels its leash when it goes on.
      Foundation.kill(child.process.processIdentifier, SIGCONT)
    }
    let deadline = ContinuousClock.now + Self.patience
    while children.contains(where: \.process.isRunning), ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(5))
    }
    for child in children where child.process.isRunning {
      Foundation.kill(child.process.processIdentifier, SIGKILL)
      child.process.waitUntilExit()
    }
    report.finish()
  }
}
