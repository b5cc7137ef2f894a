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

// For runs of the tests on the other ways that a signature may be verified, beside DPOP_STRICT so that no consumer sets
// them: DPOP_TABLES=forced tries every P-256 key with tables, not only those that earn them, which is slow; =off has none;
// DPOP_PATH=provider stays inside libcrypto's EVP.
let ways: [SwiftSetting] = [
    ("DPOP_TABLES", "forced", "DPOP_TABLES_FORCED"), ("DPOP_TABLES", "off", "DPOP_TABLES_OFF"),
    ("DPOP_PATH", "provider", "DPOP_PATH_PROVIDER"),
].filter { strict && Context.environment[$0.0] == $0.1 }.map { .define($0.2) }

/// A product that is needed with the trait Hummingbird alone.
func hummingbird(_ product: String, from package: String = "hummingbird") -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Hummingbird"]))
}

/// A product that is needed with the trait Observability alone.
func observability(_ product: String, from package: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Observability"]))
}

/// A product that is needed with the trait AsyncHTTPClient alone.
func asyncHTTPClient(_ product: String, from package: String = "async-http-client") -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["AsyncHTTPClient"]))
}

/// A product that is needed with the trait Valkey alone.
func valkey(_ product: String, from package: String = "swift-nio") -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Valkey"]))
}

let package = Package(
    name: "swift-dpop",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "DPoPCore", targets: ["DPoPCore"]),
        .library(name: "DPoPServer", targets: ["DPoPServer"]),
        .library(name: "DPoPClient", targets: ["DPoPClient"]),
        .library(name: "DPoPTesting", targets: ["DPoPTesting"]),
        .library(name: "DPoPURLSession", targets: ["DPoPURLSession"]),
        .library(name: "DPoPAsyncHTTPClient", targets: ["DPoPAsyncHTTPClient"]),
        .library(name: "DPoPHummingbird", targets: ["DPoPHummingbird"]),
        .library(name: "DPoPObservability", targets: ["DPoPObservability"]),
        .library(name: "DPoPValkey", targets: ["DPoPValkey"]),
        .executable(name: "dpop", targets: ["dpop"]),
    ],
    // Off by default: without them a consumer does not even download what they need.
    traits: [
        .trait(name: "AsyncHTTPClient", description: "Requests with proofs over AsyncHTTPClient"),
        .trait(name: "Hummingbird", description: "Router middleware for Hummingbird 2, and the command dpop serve"),
        .trait(name: "Observability", description: "Decisions as swift-log entries and swift-metrics counters"),
        .trait(name: "Valkey", description: "Replay protection and revocation for a fleet, on Valkey or Redis"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
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
        .target(name: "DPoPCore", dependencies: ["CSslShim"], swiftSettings: settings + ways),
        // What a resource server or an authorization server needs to demand proofs, over swift-http-types.
        .target(
            name: "DPoPServer",
            dependencies: ["DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: settings
        ),
        // What a client needs to make its requests carry proofs, over swift-http-types; it sends nothing.
        .target(
            name: "DPoPClient",
            dependencies: ["DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: settings
        ),
        // What the tests of a replay store, and of whoever uses one, need.
        .target(name: "DPoPTesting", dependencies: ["DPoPCore"], swiftSettings: settings),
        // The only one that links FoundationNetworking, beside the command.
        .target(
            name: "DPoPURLSession",
            dependencies: [
                "DPoPClient", "DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HTTPTypesFoundation", package: "swift-http-types"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "DPoPAsyncHTTPClient",
            dependencies: [
                "DPoPClient", "DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types"),
                asyncHTTPClient("AsyncHTTPClient"), asyncHTTPClient("NIOCore", from: "swift-nio"),
                asyncHTTPClient("NIOHTTP1", from: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "DPoPHummingbird",
            dependencies: [
                "DPoPCore", "DPoPServer", .product(name: "HTTPTypes", package: "swift-http-types"),
                hummingbird("Hummingbird"),
                hummingbird("Logging", from: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "DPoPObservability",
            dependencies: [
                "DPoPCore", "DPoPServer", observability("Logging", from: "swift-log"),
                observability("Metrics", from: "swift-metrics"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "DPoPValkey",
            dependencies: [
                "DPoPCore", "DPoPServer", valkey("NIOCore"), valkey("NIOPosix"), valkey("NIOTLS"),
                valkey("NIOSSL", from: "swift-nio-ssl"),
                valkey("ServiceLifecycle", from: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        // `dpop serve` is there with the trait Hummingbird alone; what it shares with others, with Valkey besides.
        .executableTarget(
            name: "dpop",
            dependencies: [
                "DPoPCore", "DPoPClient", "DPoPURLSession", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .target(name: "DPoPServer", condition: .when(traits: ["Hummingbird", "Valkey"])),
                hummingbird("Hummingbird"),
                hummingbird("HummingbirdCore"), hummingbird("Logging", from: "swift-log"),
                hummingbird("NIOCore", from: "swift-nio"),
                hummingbird("NIOPosix", from: "swift-nio"),
                hummingbird("ServiceLifecycle", from: "swift-service-lifecycle"),
                hummingbird("UnixSignals", from: "swift-service-lifecycle"),
                .target(name: "DPoPValkey", condition: .when(traits: ["Valkey"])),
                valkey("NIOSSL", from: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "DPoPCoreTests", dependencies: ["DPoPCore", "CSslShim"], swiftSettings: testSettings),
        .testTarget(
            name: "DPoPServerTests",
            dependencies: ["DPoPServer", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DPoPClientTests",
            dependencies: ["DPoPClient", "DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: testSettings
        ),
        // Starts the server in Python that transports are tested against. No product, no user.
        .target(
            name: "DPoPPeerServer",
            dependencies: ["DPoPClient", "DPoPCore", .product(name: "HTTPTypes", package: "swift-http-types")],
            path: "Tests/PeerServer/Kit",
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DPoPURLSessionTests",
            dependencies: [
                "DPoPClient", "DPoPCore", "DPoPPeerServer", "DPoPURLSession",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DPoPAsyncHTTPClientTests",
            dependencies: [
                "DPoPAsyncHTTPClient", "DPoPClient", "DPoPCore", "DPoPPeerServer",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                asyncHTTPClient("AsyncHTTPClient"), asyncHTTPClient("NIOCore", from: "swift-nio"),
                asyncHTTPClient("NIOHTTP1", from: "swift-nio"),
            ],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DPoPHummingbirdTests",
            dependencies: [
                "DPoPCore", "DPoPHummingbird", "DPoPServer", .product(name: "HTTPTypes", package: "swift-http-types"),
                hummingbird("HummingbirdTesting"), hummingbird("HummingbirdTLS"), hummingbird("HummingbirdCore"),
                hummingbird("NIOCore", from: "swift-nio"), hummingbird("NIOSSL", from: "swift-nio-ssl"),
            ],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DPoPObservabilityTests",
            dependencies: [
                "DPoPCore", "DPoPObservability", "DPoPServer",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                observability("Logging", from: "swift-log"), observability("Metrics", from: "swift-metrics"),
                observability("MetricsTestKit", from: "swift-metrics"),
            ],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DPoPTestingTests", dependencies: ["DPoPCore", "DPoPTesting"], swiftSettings: testSettings),
        .testTarget(
            name: "DPoPValkeyTests",
            dependencies: [
                "DPoPCore", "DPoPServer", "DPoPTesting", "DPoPValkey", valkey("NIOCore"), valkey("NIOPosix"),
                valkey("NIOSSL", from: "swift-nio-ssl"),
                valkey("ServiceLifecycle", from: "swift-service-lifecycle"),
            ],
            swiftSettings: testSettings
        ),
        .testTarget(name: "dpopTests", dependencies: ["dpop"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
