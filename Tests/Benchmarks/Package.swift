// swift-tools-version: 6.2
import PackageDescription

// Apart from the root package so that its dependencies reach no user.
let strict = Context.environment["DPOP_STRICT"] != nil

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS("26.0")],
    dependencies: [
        .package(name: "swift-dpop", path: "../..", traits: ["Valkey"]),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // The bare libcrypto calls that the library is held against.
        .target(name: "CBare", linkerSettings: [.linkedLibrary("crypto")]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CBare",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DPoPClient", package: "swift-dpop"),
                .product(name: "DPoPCore", package: "swift-dpop"),
                .product(name: "DPoPServer", package: "swift-dpop"),
                .product(name: "DPoPValkey", package: "swift-dpop"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ] + (strict ? [.treatAllWarnings(as: .error)] : [])
        ),
    ],
    swiftLanguageModes: [.v6]
)
