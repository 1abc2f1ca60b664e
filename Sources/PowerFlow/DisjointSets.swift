/// Which of `count` things belong together, after some of them were joined.
package struct DisjointSets: Sendable {
  private var parents: [Int]

  package init(count: Int) { parents = Array(0..<count) }

  /// The smallest member of the set that holds `member`.
  package func root(of member: Int) -> Int {
    var root = member
    while parents[root] != root { root = parents[root] }
    return root
  }

  /// Joins two sets. The smallest member stands for the whole, so the answer does not depend on
  /// the order of joining.
  package mutating func join(_ a: Int, _ b: Int) {
    let low = min(root(of: a), root(of: b))
    let high = max(root(of: a), root(of: b))
    parents[high] = low
    compress(a, to: low)
    compress(b, to: low)
  }

  private mutating func compress(_ member: Int, to root: Int) {
    var member = member
    while parents[member] != root && parents[member] != member {
      let next = parents[member]
      parents[member] = root
      member = next
    }
  }
}
