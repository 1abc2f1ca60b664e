import DCOptimalFlow

/// The document that `busbar experiment optimum -o json` prints; its contract is in `Docs/Output.md`.
struct OptimumJSON {
  let document: JSON

  init(_ optimum: DCOptimum) {
    let isOptimal = optimum.status == .optimal
    document = [
      "apiVersion": "busbar/v1", "kind": "Optimum",
      "definition": .string(optimum.grid.definition.rawValue),
      "status": .string(optimum.status.rawValue),
      "objective": isOptimal ? .number(optimum.objective) : .null,
      "dualityGap": isOptimal ? .number(optimum.dualityGap) : .null,
      "iterations": .integer(Int64(optimum.iterations)), "seconds": .number(optimum.seconds),
    ]
  }
}
