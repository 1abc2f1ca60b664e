// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "own-algorithm",
  dependencies: [.package(name: "busbar", path: "../..")],
  targets: [
    .executableTarget(
      name: "own-algorithm",
      dependencies: [
        .product(name: "Balancing", package: "busbar"),
        .product(name: "Experiments", package: "busbar"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
