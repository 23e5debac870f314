// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: strict concurrency, explicit existentials, imports that stay inside.
let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let package = Package(
  name: "sluice",
  // Mutex and isolated deinit
  platforms: [.macOS("15.4")],
  products: [
    .library(name: "Postgres", targets: ["Postgres"]),
    .library(name: "Sluice", targets: ["Sluice"]),
    .library(name: "SluiceTesting", targets: ["SluiceTesting"]),
    .executable(name: "testbed", targets: ["Testbed"]),
    .executable(name: "sluice", targets: ["SluiceCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // PostgreSQL's client library, imported once.
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),

    // The C library of the platform, whichever it is.
    .target(name: "SystemC", swiftSettings: swiftSettings),

    // libpq in Swift. Knows nothing of Sluice.
    .target(name: "Postgres", dependencies: ["CLibPQ", "SystemC"], swiftSettings: swiftSettings),

    // sql/ becomes Swift source when the package is built.
    .executableTarget(name: "SQLEmbedder", path: "Plugins/SQLEmbedder", swiftSettings: swiftSettings),
    .plugin(name: "EmbedSQL", capability: .buildTool(), dependencies: ["SQLEmbedder"]),

    // Installs and upgrades what the database needs.
    .target(name: "SluiceSchema", dependencies: ["Postgres"], swiftSettings: swiftSettings, plugins: ["EmbedSQL"]),

    // Client, driver, and migrations as types.
    .target(
      name: "Sluice",
      dependencies: [
        "Postgres",
        "SluiceSchema",
        "SystemC",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings
    ),

    // Throw-away servers, test databases and faults, for the tests and for the demo.
    .target(name: "SluiceTesting", dependencies: ["Postgres", "SystemC"], swiftSettings: swiftSettings),

    // Runs a command inside a throw-away server: the one way the project starts servers.
    .executableTarget(
      name: "Testbed",
      dependencies: [
        "SluiceTesting",
        "SystemC",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings
    ),

    // The program `sluice`.
    .executableTarget(
      name: "SluiceCLI",
      dependencies: [
        "Postgres",
        "Sluice",
        "SluiceTesting",
        "SystemC",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings
    ),

    .testTarget(
      name: "CLITests",
      dependencies: [
        "Postgres",
        "Sluice",
        "SluiceCLI",
        "SluiceTesting",
        "SystemC",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings
    ),

    // A driver as a process of its own, for tests that kill it.
    .executableTarget(
      name: "DriverProgram",
      dependencies: ["Sluice"],
      path: "Tests/DriverProgram",
      swiftSettings: swiftSettings
    ),

    // Connections whose sessions are terminated, as a process of its own, for tests that trace and measure it.
    .executableTarget(
      name: "HangUpProgram",
      dependencies: ["Postgres"],
      path: "Tests/HangUpProgram",
      swiftSettings: swiftSettings
    ),

    .testTarget(
      name: "SluiceTests",
      dependencies: [
        "DriverProgram",
        "Postgres",
        "Sluice",
        "SluiceSchema",
        "SluiceTesting",
        "SystemC",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings
    ),

    .testTarget(
      name: "FaultTests",
      dependencies: [
        "HangUpProgram",
        "Postgres",
        "Sluice",
        "SluiceCLI",
        "SluiceSchema",
        "SluiceTesting",
        "SystemC",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings
    ),

    .testTarget(
      name: "PostgresTests",
      dependencies: ["Postgres", "SluiceTesting", "SystemC"],
      swiftSettings: swiftSettings
    ),
  ]
)
