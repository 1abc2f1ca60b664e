import Balancing

/// When whole agents die and come back.
struct Upheaval {
  enum Event: Sendable, Equatable {
    case kill(Int)
    case restart(Int, life: Int)
  }

  private var planned: [(round: Double, event: Event)] = []

  init(_ faults: [Fault]) {
    var lives: [Int: Int] = [:]
    for fault in faults where fault.kind == .kill {
      guard case .agent(let agent) = fault.place else { continue }
      planned.append((fault.window.lowerBound, .kill(agent)))
      guard fault.window.upperBound.isFinite else { continue }
      lives[agent, default: 0] += 1
      planned.append((fault.window.upperBound, .restart(agent, life: lives[agent]!)))
    }
    planned.sort { $0.round < $1.round }
  }

  /// What happens by a round, once.
  mutating func due(at round: Int) -> [Event] {
    let count = planned.prefix { $0.round <= Double(round) }.count
    defer { planned.removeFirst(count) }
    return planned.prefix(count).map(\.event)
  }
}
