/// In which order a node is looked for: by its name and, when the name is slow or fails, also where it was
/// last seen.
///
///     by name ──made──▶ found
///        │ slow, or failed
///        ▼
///     by name and where it was seen, side by side ──one made──▶ found
///        └──all failed──▶ given up
///
/// Where a node was seen is a hint and proves nothing: who answers there must show the node's
/// certificate, as anybody must who answers to the name.
struct NodeSearch: Sendable {
  enum Place: Hashable, Sendable {
    /// What it says of itself: a name that is looked up, or an address.
    case advertised
    /// The address from which it called.
    case seen(String)
  }

  /// A name server in the same network answers within a few milliseconds; a second of silence makes a node
  /// lost.
  static let patience = Duration.milliseconds(250)
  /// A node that is seen at more places while it is looked for is tried at the next search.
  private static let placeLimit = 4

  private let host: String
  private var lastSeen: String?
  private var isPatient = true
  private var tried: Set<Place> = []
  private var underWay: Set<Place> = []

  /// - Parameter host: as the node advertises it.
  init(for host: String, lastSeen: String?) {
    self.host = host
    self.lastSeen = lastSeen
  }

  /// Nothing is under way: it was found nowhere.
  var isOver: Bool { underWay.isEmpty }

  /// Where to look first.
  mutating func begin() -> Place {
    start(.advertised)
    return .advertised
  }

  /// `patience` has passed. Returns where to look, too.
  mutating func patienceIsOver() -> Place? {
    isPatient = false
    return next()
  }

  /// The node has called from an address just now. Returns where to look, too.
  mutating func saw(at host: String) -> Place? {
    lastSeen = host
    return next()
  }

  /// Nobody is there, or somebody else. Returns where to look instead.
  mutating func failed(at place: Place) -> Place? {
    underWay.remove(place)
    isPatient = false
    return next()
  }

  private mutating func next() -> Place? {
    guard !isPatient, let lastSeen, lastSeen != host, tried.count < Self.placeLimit,
      !tried.contains(.seen(lastSeen))
    else { return nil }
    start(.seen(lastSeen))
    return .seen(lastSeen)
  }

  private mutating func start(_ place: Place) {
    tried.insert(place)
    underWay.insert(place)
  }
}
