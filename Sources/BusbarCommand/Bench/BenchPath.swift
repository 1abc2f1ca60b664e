import ArgumentParser

/// What the benchmarks of one path between two processes have in common on the command line.
struct BenchPath: ParsableArguments {
  @Flag(help: "Without TLS.")
  var plaintext = false

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table
}
