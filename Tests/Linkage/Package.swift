// swift-tools-version: 6.2
import PackageDescription

// Programs whose linked libraries check.sh reads.
let strict = Context.environment["DPOP_STRICT"] != nil
let core = Target.Dependency.product(name: "DPoPCore", package: "swift-dpop")
let settings: [SwiftSetting] = strict ? [.treatAllWarnings(as: .error)] : []

let package = Package(
    name: "Linkage",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "swift-dpop", path: "../..")],
    targets: [
        .executableTarget(name: "Probe", dependencies: [core], swiftSettings: settings),
        // libcrypto's headers reach this one's C++ compiler.
        .executableTarget(
            name: "CxxClient", dependencies: [core], swiftSettings: settings + [.interoperabilityMode(.Cxx)]),
        // Must be refused: shows that the check sees Foundation.
        .executableTarget(name: "FoundationTwin", dependencies: [core], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
