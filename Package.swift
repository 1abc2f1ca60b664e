// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors everywhere; unsafe code is fenced into the modules that bind C or an executor.
let binding: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strict: [SwiftSetting] = binding + [.strictMemorySafety()]

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")

func tests(_ module: String, _ others: Target.Dependency...) -> Target {
  .testTarget(
    name: module + "Tests", dependencies: [.byName(name: module)] + others, swiftSettings: binding)
}

let package = Package(
  name: "busbar",
  products: [
    .executable(name: "busbar", targets: ["BusbarCommand"]),
    .library(name: "PowerFlow", targets: ["PowerFlow"]),
    .library(name: "ConvexOptimization", targets: ["ConvexOptimization"]),
    .library(name: "Balancing", targets: ["Balancing"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "ActorCluster", targets: ["ActorCluster"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // The grid's column.
    .systemLibrary(name: "CKLU", providers: [.apt(["libsuitesparse-dev"])]),
    .systemLibrary(name: "CAMD", providers: [.apt(["libsuitesparse-dev"])]),
    .target(name: "Quantities", swiftSettings: strict),
    .target(name: "SparseAlgebra", dependencies: ["CAMD", "CKLU"], swiftSettings: binding),
    .target(
      name: "ConvexOptimization", dependencies: ["SparseAlgebra"], swiftSettings: strict,
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "GridModel", dependencies: ["Quantities", "Yams"], swiftSettings: strict),
    .target(
      name: "Assets", dependencies: ["GridModel", "Quantities", "SeededRandom"],
      swiftSettings: strict),
    .target(
      name: "PowerFlow",
      dependencies: ["GridModel", "Quantities", "SeededRandom", "SparseAlgebra", "WireCodec"],
      swiftSettings: strict),
    .target(
      name: "DCOptimalFlow", dependencies: ["ConvexOptimization", "GridModel", "Quantities"],
      swiftSettings: strict),
    .target(
      name: "Balancing",
      dependencies: [
        "ConvexOptimization", "DCOptimalFlow", "GridModel", "SeededRandom", "SparseAlgebra",
        "WireCodec",
      ],
      swiftSettings: strict),

    .target(
      name: "Experiments",
      dependencies: [
        "Balancing", "ConvexOptimization", "DCOptimalFlow", "GridModel", "SeededRandom", "Yams",
      ],
      swiftSettings: strict),

    // Both columns.
    .target(name: "SeededRandom", swiftSettings: strict),
    .target(name: "WireCodec", swiftSettings: strict),

    // Who is who.
    .target(
      name: "TwinIdentity",
      dependencies: [
        "WireCodec", .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // What a process tells about itself, to both columns.
    .target(name: "Observability", dependencies: [logging, metrics], swiftSettings: strict),

    // The network's column.
    .systemLibrary(
      name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .target(name: "HTTP2Session", dependencies: ["CNghttp2"], swiftSettings: binding),
    .target(
      name: "HTTP2Connection",
      dependencies: [
        "HTTP2Session", nio("NIOConcurrencyHelpers"), nio("NIOCore"), nio("NIOPosix"),
        nio("NIOTLS"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .target(
      name: "TwinEnrolment",
      dependencies: ["HTTP2Connection", "TwinIdentity", "WireCodec", nio("NIOCore")],
      swiftSettings: strict),
    .target(
      name: "ActorCluster",
      dependencies: [
        "HTTP2Connection", "Observability", "WireCodec", logging, metrics, nio("NIOCore"),
        nio("NIOPosix"),
      ],
      swiftSettings: binding),
    .target(
      name: "SimulatedCluster", dependencies: ["ActorCluster", "SeededRandom"],
      swiftSettings: binding),

    // Where they meet.
    .target(name: "TwinStore", swiftSettings: strict),
    .target(
      name: "SQLiteTwinStore",
      dependencies: [
        "TwinStore", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "Twin",
      dependencies: [
        "ActorCluster", "Assets", "Balancing", "DCOptimalFlow", "GridModel", "Observability",
        "PowerFlow", "Quantities", "SparseAlgebra", "TwinIdentity", "TwinStore", "WireCodec",
        metrics,
      ],
      swiftSettings: strict),
    .target(
      name: "TwinSimulation",
      dependencies: [
        "ActorCluster", "GridModel", "SeededRandom", "SimulatedCluster", "Twin", "TwinStore",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "BusbarCommand",
      dependencies: [
        "ActorCluster", "Assets", "Balancing", "ConvexOptimization", "DCOptimalFlow", "Experiments",
        "GridModel", "HTTP2Connection", "Observability", "PowerFlow", "Quantities",
        "SQLiteTwinStore", "Twin",
        "TwinEnrolment", "TwinIdentity", "TwinSimulation", "TwinStore", "WireCodec",
        logging, metrics, nio("NIOPosix"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),

    tests("SparseAlgebra", "SeededRandom"),
    tests("ConvexOptimization", "SeededRandom"),
    tests("GridModel", "SeededRandom"),
    tests("Assets"),
    tests("PowerFlow", "GridModel", "Quantities", "SeededRandom", "SparseAlgebra", "WireCodec"),
    tests("DCOptimalFlow", "ConvexOptimization", "GridModel"),
    tests("Balancing", "ConvexOptimization", "DCOptimalFlow", "GridModel"),
    tests("Experiments", "Balancing", "DCOptimalFlow", "GridModel"),
    tests("WireCodec"),
    tests("TwinIdentity", "WireCodec"),
    tests("Observability", logging, metrics),
    tests("HTTP2Session"),
    tests("HTTP2Connection", nio("NIOCore"), nio("NIOPosix")),
    tests(
      "TwinEnrolment", "HTTP2Connection", "TwinIdentity", nio("NIOCore"), nio("NIOPosix"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "X509", package: "swift-certificates")),
    tests(
      "ActorCluster", "HTTP2Connection", "Observability", "SimulatedCluster", logging,
      nio("NIOConcurrencyHelpers"),
      nio("NIOCore"), nio("NIOPosix")),
    tests("SimulatedCluster", "ActorCluster", "SeededRandom"),
    tests(
      "TwinStore", "SQLiteTwinStore", "SeededRandom", "StoreWriter",
      .product(name: "GRDB", package: "GRDB.swift")),
    // Commits for the tests of what a store holds after its process was killed.
    .executableTarget(
      name: "StoreWriter", dependencies: ["SQLiteTwinStore", "SeededRandom", "TwinStore"],
      path: "Tests/StoreWriter", swiftSettings: strict),
    tests(
      "Twin", "ActorCluster", "Assets", "GridModel", "PowerFlow", "SeededRandom",
      "SimulatedCluster", "TwinStore", "WireCodec"),
    tests("TwinSimulation", "ActorCluster", "GridModel", "SimulatedCluster", "Twin", "TwinStore"),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "BusbarCommand", "GridModel", "HTTP2Connection", "Observability", "PowerFlow", "Quantities",
        "SQLiteTwinStore", "Twin", "TwinIdentity", "TwinStore", "WireCodec", "Yams",
        nio("NIOCore"), nio("NIOPosix"),
      ], swiftSettings: binding),
  ],
  swiftLanguageModes: [.v6]
)
