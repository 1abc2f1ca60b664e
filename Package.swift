// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors everywhere; unsafe code is fenced into the modules that bind C or an executor.
let binding: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strict: [SwiftSetting] = binding + [.strictMemorySafety()]

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let package = Package(
  name: "busbar",
  products: [
    .executable(name: "busbar", targets: ["BusbarCommand"]),
    .library(name: "PowerFlow", targets: ["PowerFlow"]),
    .library(name: "ActorCluster", targets: ["ActorCluster"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // The grid's column.
    .systemLibrary(name: "CKLU", providers: [.apt(["libsuitesparse-dev"])]),
    .target(name: "Quantities", swiftSettings: strict),
    .target(name: "SparseAlgebra", dependencies: ["CKLU"], swiftSettings: binding),
    .target(name: "GridModel", dependencies: ["Quantities", "Yams"], swiftSettings: strict),
    .target(name: "Assets", dependencies: ["GridModel", "Quantities"], swiftSettings: strict),
    .target(
      name: "PowerFlow", dependencies: ["GridModel", "Quantities", "SparseAlgebra", "WireCodec"],
      swiftSettings: strict),

    // Both columns.
    .target(name: "WireCodec", swiftSettings: strict),

    // The network's column.
    .systemLibrary(
      name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .target(name: "HTTP2Session", dependencies: ["CNghttp2"], swiftSettings: binding),
    .target(
      name: "HTTP2Connection", dependencies: ["HTTP2Session", nio("NIOCore"), nio("NIOPosix")],
      swiftSettings: strict),
    .target(
      name: "ActorCluster",
      dependencies: ["HTTP2Connection", "WireCodec", nio("NIOCore"), nio("NIOPosix")],
      swiftSettings: binding),
    .target(name: "SimulatedCluster", dependencies: ["ActorCluster"], swiftSettings: binding),

    // Where they meet.
    .target(name: "TwinStore", dependencies: ["WireCodec"], swiftSettings: strict),
    .target(
      name: "Twin", dependencies: ["ActorCluster", "Assets", "PowerFlow", "TwinStore"],
      swiftSettings: strict),
    .executableTarget(
      name: "BusbarCommand",
      dependencies: [
        "GridModel", "PowerFlow", "Quantities", "Twin",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),

    .testTarget(name: "SparseAlgebraTests", dependencies: ["SparseAlgebra"]),
    .testTarget(name: "GridModelTests", dependencies: ["GridModel"]),
    .testTarget(name: "AssetsTests", dependencies: ["Assets"]),
    .testTarget(
      name: "PowerFlowTests",
      dependencies: ["GridModel", "PowerFlow", "Quantities", "SparseAlgebra", "WireCodec"]),
    .testTarget(name: "WireCodecTests", dependencies: ["WireCodec"]),
    .testTarget(name: "HTTP2SessionTests", dependencies: ["HTTP2Session"]),
    .testTarget(name: "HTTP2ConnectionTests", dependencies: ["HTTP2Connection"]),
    .testTarget(
      name: "ActorClusterTests",
      dependencies: ["ActorCluster", "Assets", "SimulatedCluster", nio("NIOCore"), nio("NIOPosix")]),
    .testTarget(name: "SimulatedClusterTests", dependencies: ["SimulatedCluster"]),
    .testTarget(
      name: "TwinTests",
      dependencies: [
        "ActorCluster", "Assets", "GridModel", "PowerFlow", "SimulatedCluster", "Twin", "TwinStore",
        "WireCodec",
      ]),
    .testTarget(name: "CommandTests", dependencies: ["BusbarCommand"]),
  ],
  swiftLanguageModes: [.v6]
)
