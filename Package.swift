// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where the project itself is built and tested. Consumers never set this: a new compiler's
// new warning must not break them.
let strict = Context.environment["DPOP_STRICT"] != nil

// Without strict memory safety, which the expansion of Swift Testing's exit tests does not pass (Swift 6.3).
let testSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let settings = [.strictMemorySafety()] + testSettings

let package = Package(
    name: "swift-dpop",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "DPoPCore", targets: ["DPoPCore"]),
        .library(name: "DPoPServer", targets: ["DPoPServer"]),
        .executable(name: "dpop", targets: ["dpop"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // libcrypto, OpenSSL 3.0 or later. Of the sources only Sources/DPoPCore/Crypto imports it.
        .systemLibrary(
            name: "CSslShim",
            path: "Modules/CSslShim",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev", "pkg-config"]), .brew(["openssl@3"])]
        ),
        // Build and verify proofs. Imports the standard library and CSslShim, nothing else.
        .target(name: "DPoPCore", dependencies: ["CSslShim"], swiftSettings: settings),
        // What a resource server or an authorization server needs to demand proofs, over swift-http-types.
        .target(
            name: "DPoPServer",
            dependencies: ["DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "dpop",
            dependencies: ["DPoPCore", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        .testTarget(name: "DPoPCoreTests", dependencies: ["DPoPCore", "CSslShim"], swiftSettings: testSettings),
        .testTarget(
            name: "DPoPServerTests",
            dependencies: ["DPoPServer", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: testSettings
        ),
        .testTarget(name: "dpopTests", dependencies: ["dpop"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
