import ArgumentParser
import Foundation
import GridModel
import Twin

struct ComposeRenderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Write the compose file of a topology.",
    discussion: """
      One service for each node of the topology's placement, a coordinator, and one
      that makes the certificates. Paths in the file are from the folder that it is
      written to. Without --image the file also says how the image is built, and
      belongs at the top of a checkout.

      Examples:
        busbar compose render -f Topologies/cigre-mv.yaml -o docker-compose.yml
        busbar compose render -f Topologies/ieee118.yaml --nodes 2
        busbar compose render -f grid.yaml --image busbar:0.1.0 -o grid.compose.yml
        busbar compose render -f Topologies/cigre-mv.yaml --another west -o west.yml

      Exit codes: 0 done; 1 the file cannot be written; 64 usage; 65 bad input.
      """)

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("The grid with its segments.", valueName: "TOPOLOGY"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "How many nodes; the topology's placement says it by default. Another number spreads the "
        + "segments over node-1 and so on.", valueName: "N"))
  var nodes: Int?

  @Option(help: ArgumentHelp("An image that is there already.", valueName: "NAME"))
  var image: String?

  @Option(
    help: ArgumentHelp(
      "Write the second file, which adds this node to a twin.", valueName: "NODE"))
  var another: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "FILE"))
  var output: String?

  func validate() throws {
    if let nodes, !(1...ComposeFile.maximumNodes).contains(nodes) {
      throw ValidationError(
        "--nodes takes a number from 1 to \(ComposeFile.maximumNodes): the containers of a compose "
          + "file run on one machine.")
    }
    if nodes != nil, another != nil {
      throw ValidationError("Give --nodes or --another, not both.")
    }
    if let image, image.isEmpty || !image.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) {
      throw ValidationError("--image takes an image's name, such as busbar:0.1.0.")
    }
  }

  func run() async throws {
    do {
      let text = try rendered().joined(separator: "\n") + "\n"
      guard let output else {
        printData(String(text.dropLast()))
        return
      }
      do {
        try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
      } catch {
        throw Refusal("\(output) cannot be written: \(TwinDirectory.reason(error))")
      }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  private func rendered() throws -> [String] {
    let read = try Documents.readWithImport(file)
    var topology = read.topology
    var plan = try TwinPlan(topology)
    var spread: Int?
    if let nodes, nodes != plan.nodes.count {
      spread = min(nodes, topology.segments.count)
      topology.placement = topology.spread(over: nodes)
      plan = try TwinPlan(topology)
    }
    // More nodes than segments: the others stand by.
    let spare = (plan.nodes.count + 1)...max(nodes ?? 0, plan.nodes.count + 1)
    let names =
      plan.nodes.map(\.rawValue)
      + (nodes.map { $0 > plan.nodes.count } ?? false ? spare.map { "node-\($0)" } : [])
    let mounts = ComposeMounts(document: file, importing: read.importedFile, to: output)
    let compose = try ComposeFile(
      twin: plan.name, nodes: names, spread: spread, mounts: mounts, image: image,
      ticks: topology.time.steps, command: command)
    guard let another else { return compose.lines }
    return try compose.lines(adding: another)
  }

  /// As it is typed again, wherever the file goes.
  private var command: String {
    var words = ["busbar", "compose", "render", "-f", file]
    if let nodes { words += ["--nodes", "\(nodes)"] }
    if let image { words += ["--image", image] }
    if let another { words += ["--another", another] }
    return words.map(ShellWord.quote).joined(separator: " ")
  }
}
