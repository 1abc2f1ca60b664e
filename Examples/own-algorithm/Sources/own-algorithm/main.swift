import Balancing
import Experiments
import Foundation

// Runs an experiment with the algorithm of this package beside Busbar's own.
//
//     swift run -c release own-algorithm [experiment.yaml]

var catalog = AlgorithmCatalog.builtIn
catalog.add("price-gossip", parameters: ["step"]) { numbers in
  var gossip = PriceGossip()
  if let step = numbers["step"] { gossip.step = step }
  return gossip
}

let file = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "experiment.yaml"
do {
  let experiment = try Experiment.read(contentsOf: file, catalog)
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
  let prepared = try PreparedExperiment(experiment, in: folder, catalog)
  for trial in experiment.trials {
    let run = try prepared.run(trial)
    print(
      experiment.algorithms[trial.algorithm].name, "seed", trial.seed, "stop", run.stop.rawValue,
      "rounds", run.rounds, "messages", run.traffic.messages, "gap", run.score.gap ?? .nan,
      "violation_pu", run.score.violation)
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(65)
}
