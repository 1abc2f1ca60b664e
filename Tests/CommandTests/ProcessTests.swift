import Foundation
import Testing

extension CommandTests {
  @Suite("The processes of a twin")
  struct ProcessTests {
    @Test("are four: the demo and one for each node")
    func fourProcesses() async throws {
      let demo = try RunningCommand("demo", "--topology", Busbar.cigre, "--ticks", "100000")
      try await demo.lines(2)
      let nodes = try await LiveProcess.nodes(of: demo)
      #expect(nodes.keys.sorted() == ["middle", "north", "south"])
      #expect(try LiveProcess.children(of: demo.pid).count == 3)
      for node in nodes.values { #expect(try LiveProcess.children(of: node.pid).isEmpty) }
    }

    @Test("that are nodes are not told of the document and do not hold it open")
    func documentIsNotKnown() async throws {
      let folder = try Scratch()
      let name = "grid-\(UUID().uuidString).yaml"
      let file = try folder.write(String(contentsOfFile: Busbar.cigre, encoding: .utf8), to: name)
      let demo = try RunningCommand("demo", "--topology", file, "--ticks", "100000")
      try await demo.lines(2)
      #expect(LiveProcess(pid: demo.pid).commandLine.contains { $0.contains(name) })
      for node in try await LiveProcess.nodes(of: demo).values {
        #expect(node.commandLine.contains("--twin=cigre-mv"))
        #expect(!node.commandLine.contains { $0.contains(name) })
        #expect(!node.environment.contains(name))
        #expect(!node.openFiles.isEmpty)
        #expect(!node.openFiles.contains { $0.contains(name) })
      }
    }

    @Test("form a twin although the document has gone when the nodes start")
    func documentIsDeleted() async throws {
      let folder = try Scratch()
      let text = try String(contentsOfFile: Busbar.cigre, encoding: .utf8)
      let file = try folder.write(text, to: "grid.yaml")
      let coordinator = try RunningCommand(
        "coordinator", file, "--plaintext", "--listen", "127.0.0.1:0", "--ticks", "8", "-o", "json")
      let address = try await coordinator.address()
      try FileManager.default.removeItem(atPath: file)
      let nodes = try ["north", "middle", "south"].map {
        try RunningCommand(
          "node", "--plaintext", "--name", $0, "--twin", "cigre-mv", "--coordinator", address)
      }
      let ended = try await coordinator.end(within: .seconds(20))
      #expect(ended.status == 0)
      #expect(JSONText(ended.output)["ticks"].number == 8)
      for node in nodes {
        let ended = try await node.end(within: .seconds(5))
        #expect(ended.status == 0)
        #expect(ended.output.isEmpty)
        #expect(ended.noteLines.allSatisfy { $0.contains(" info node ") }, "\(ended.notes)")
      }
    }

    @Test("that are nodes have no asset of another node's segment in memory")
    func assetsStayApart() async throws {
      let folder = try Scratch()
      let grid = try MarkedGrid()
      let file = try folder.write(grid.text, to: "grid.yaml")
      let demo = try RunningCommand("demo", "--topology", file, "--ticks", "100000")
      try await demo.lines(3)
      let nodes = try await LiveProcess.nodes(of: demo)
      for (name, node) in nodes {
        let words = try ProcessMemory(of: node).words(
          beginningWith: MarkedGrid.mark, ofAtMost: MarkedGrid.longest)
        let own = try #require(grid.assets[name])
        #expect(own.allKnown(in: words), "node \(name) knows its own assets")
        // Not even the beginning of another's: a text may be half overwritten.
        for other in grid.assets.keys where other != name {
          let foreign = words.filter { $0.hasPrefix("\(MarkedGrid.mark)\(other)") }
          #expect(foreign == [], "node \(name) knows nothing of node \(other)")
        }
      }
      // The search finds what is there: the demo's own process has read the document.
      let all = try ProcessMemory(of: LiveProcess(pid: demo.pid)).words(
        beginningWith: MarkedGrid.mark, ofAtMost: MarkedGrid.longest)
      #expect(Set(grid.assets.values.joined()).allKnown(in: all))
    }
  }
}

/// The medium-voltage benchmark with loads whose names can be found in memory.
private struct MarkedGrid {
  static let mark = "asset-of-"
  static let longest = 64

  /// The names of the loads, by the node that hosts their segment.
  private(set) var assets: [String: Set<String>] = [:]
  private(set) var text = ""

  init() throws {
    let node = ["north": 0...6, "middle": 7...11, "south": 12...14]
    var names: [String: String] = [:]
    let original = try String(contentsOfFile: Busbar.cigre, encoding: .utf8)
    for line in original.split(separator: "\n", omittingEmptySubsequences: false) {
      if let load = line.firstMatch(of: /- \{id: ((?:R|CI)[0-9]+), +bus: "([0-9]+)"/) {
        let host = node.first { $0.value.contains(Int(load.2)!) }!.key
        let tail = String(UInt64.random(in: .max / 2 ... .max), radix: 16)
        let name = "\(Self.mark)\(host)-\(tail)"
        assets[host, default: []].insert(name)
        names["\(load.1)"] = name
        text += line.replacing("id: \(load.1),", with: "id: \(name),") + "\n"
      } else if let flexible = line.firstMatch(of: /- \{load: ([A-Z0-9]+),/) {
        let name = names["\(flexible.1)"]!
        text += line.replacing("load: \(flexible.1),", with: "load: \(name),") + "\n"
      } else {
        text += line + "\n"
      }
    }
  }
}

extension Set<String> {
  /// Whether each name begins a word; in memory, letters of something else may follow.
  fileprivate func allKnown(in words: Set<String>) -> Bool {
    allSatisfy { name in words.contains { $0.hasPrefix(name) } }
  }
}
