import ActorCluster

/// Which part of a simulation something belongs to: the simulation itself, or one start of a node.
struct LaneIndex: Equatable, Sendable {
  /// The simulation itself, which never stands still.
  static let own = LaneIndex(0)

  let position: Int

  init(_ position: Int) { self.position = position }
}

/// What is going to happen, ordered by time; what happens at one time by when it was planned.
///
/// A heap over a table of actions. A cancelled action leaves its place in the heap behind until
/// it comes up or until such places are the majority.
struct EventQueue: Sendable {
  typealias Action = @Sendable () -> Void

  /// An action and the lane that it belongs to.
  struct Event: Sendable {
    var lane: LaneIndex
    var action: Action
  }

  private struct Place: Ordered {
    var time_ns: Int64
    /// Counts events; the lower bits are the row of the table.
    var number: UInt64

    func precedes(_ other: Place) -> Bool {
      time_ns < other.time_ns || (time_ns == other.time_ns && number < other.number)
    }
  }

  private struct Row {
    var number: UInt64
    var event: Event?
  }

  /// A million events may wait at once; 2⁴⁴ may follow each other.
  private static let rowBits: UInt64 = 20

  private var heap = BinaryHeap<Place>()
  private var rows: [Row] = []
  private var freeRows: [Int] = []
  private var sequence: UInt64 = 0

  /// The events that wait.
  var count: Int { rows.count - freeRows.count }

  mutating func schedule(
    at_ns time_ns: Int64, on lane: LaneIndex, _ action: @escaping Action
  ) -> TimerID {
    let row = freeRows.popLast() ?? rows.count
    precondition(row < 1 << Self.rowBits, "More events wait than any simulation needs.")
    let number = sequence << Self.rowBits | UInt64(row)
    sequence += 1
    let entry = Row(number: number, event: Event(lane: lane, action: action))
    if row == rows.count { rows.append(entry) } else { rows[row] = entry }
    heap.insert(Place(time_ns: time_ns, number: number))
    return TimerID(number: number)
  }

  /// Forgets an event that has not happened, and returns what it kept alive.
  mutating func cancel(_ timer: TimerID) -> Event? {
    guard holds(timer.number) else { return nil }
    let event = take(timer.number)
    if heap.count > 64, heap.count > 2 * count {
      heap = heap.filter { holds($0.number) }
    }
    return event
  }

  /// The time of the next event.
  mutating func nextTime_ns() -> Int64? {
    while let first = heap.first, !holds(first.number) { heap.removeFirst() }
    return heap.first?.time_ns
  }

  /// Takes out the next event; there must be one.
  mutating func removeNext() -> Event {
    while true {
      let number = heap.removeFirst().number
      if holds(number) { return take(number) }
    }
  }

  private func holds(_ number: UInt64) -> Bool {
    let row = Self.row(number)
    return row < rows.count && rows[row].number == number && rows[row].event != nil
  }

  private mutating func take(_ number: UInt64) -> Event {
    let row = Self.row(number)
    freeRows.append(row)
    defer { rows[row].event = nil }
    return rows[row].event!
  }

  private static func row(_ number: UInt64) -> Int { Int(number & (1 << rowBits - 1)) }
}
