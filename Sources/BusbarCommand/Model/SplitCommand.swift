import ArgumentParser
import GridModel
import PowerFlow

struct SplitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Cut a grid into segments of about equal size with few buses on the border.",
    discussion: """
      Prints a topology that takes its network from FILE and adds the segments. The
      path is written as given, so keep the document where that path holds. Equal
      grids, counts and seeds give equal segments.

      Examples:
        busbar model split case1354pegase.m --segments 4 > pegase-4.yaml
        busbar model split Topologies/ieee118.yaml --segments 8 --nodes 4 > 118-8.yaml
        busbar demo --topology 118-8.yaml --verify

      Exit code 65 when FILE has faults or cannot be cut into so many segments.
      """)

  @Argument(help: "A topology (.yaml) or a MATPOWER case (.m).")
  var file: String

  @Option(help: ArgumentHelp("How many segments.", valueName: "N"))
  var segments: Int

  @Option(
    help: ArgumentHelp(
      "Place the segments on this many nodes, node-1 and so on; without it each gets its own.",
      valueName: "M"))
  var nodes: Int?

  @Option(help: "Of the partitioner's draws.")
  var seed: UInt64 = 1

  @Option(name: .shortAndLong, help: "yaml.")
  var output = Format.yaml

  enum Format: String, ExpressibleByArgument, CaseIterable { case yaml }

  func validate() throws {
    if segments < 1 { throw ValidationError("--segments takes a number from 1 up.") }
    if let nodes, !(1...segments).contains(nodes) {
      throw ValidationError("--nodes takes a number from 1 to the number of segments.")
    }
  }

  func run() async throws {
    var topology = try Documents.read(file)
    do {
      topology.segments = try GridSplit(topology).segments(segments, seed: seed)
    } catch {
      printNote("error: \(file): \(error)")
      throw ExitCode.badInput
    }
    let document = SplitDocument(
      name: "\(topology.name)-\(segments)", network: file, segments: topology.segments,
      nodes: nodes.map { (1...$0).map { "node-\($0)" } } ?? [])
    for line in document.lines { printData(line) }
    printNote(Self.note(topology))
  }

  private static func note(_ topology: Topology) -> String {
    let partition = Partition(topology)
    let sizes = topology.segments.map(\.buses.count).sorted()
    return "\(counted(topology.segments.count, "segment")) of \(sizes.first!) to \(sizes.last!) "
      + "buses, \(counted(partition.ties.count, "tie")), "
      + "\(counted(partition.border.count, "border bus"))"
  }
}
