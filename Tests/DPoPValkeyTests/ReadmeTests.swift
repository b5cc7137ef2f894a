#if Valkey
    import Foundation
    import Testing

    // The README's code, as it stands there.

    // README: More than one machine
    import DPoPCore
    import DPoPServer
    import DPoPValkey

    func fleetGuard(tokens: some AccessTokenVerifier, password: String) throws -> (ResourceGuard, ValkeyStore) {
        let address = try ValkeyAddress("rediss://shop@valkey.example:6380", password: password)
        let valkey = try ValkeyStore(ValkeySettings(address))
        var configuration = try ResourceConfiguration(origin: "https://api.example.com")
        configuration.replicas = .several  // what only one process sees is then refused
        let guardian = try ResourceGuard(
            configuration, tokens: tokens, replay: valkey.replay(.resourceServer), keyStatus: valkey.revocations)
        // A service, to be run beside the server: ServiceGroup(services: [valkey, …], gracefulShutdownSignals: [.sigterm], …)
        return (guardian, valkey)
    }
    // README: end

    // Failures: The keys that are revoked
    struct LastKnownStatus: KeyStatusSource {
        let shared: ValkeyKeyRevocations
        var scope: ReplayScope { shared.scope }

        func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) async -> KeyStatus {
            let status = await shared.status(of: thumbprint, tokenIssuedAt: tokenIssuedAt, now: now)
            return status == .unknown ? .active : status
        }
    }
    // Failures: end

    @Suite struct ReadmeTests {
        private struct NoTokens: AccessTokenVerifier {
            func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
                throw AccessTokenRejection(.unavailable)
            }
        }

        private static let here = URL(fileURLWithPath: #filePath)

        /// A file of the package.
        private func text(_ path: String) throws -> String {
            let root = Self.here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        }

        /// The lines between two texts, without what they are indented by.
        private func part(_ text: some StringProtocol, after start: String, before end: String) throws -> [String] {
            let text = String(text)
            let from = try #require(text.firstRange(of: start)).upperBound
            let to = try #require(text[from...].firstRange(of: end)).lowerBound
            return text[from..<to].split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
        }

        /// The first code of a section.
        private func code(_ path: String, _ section: String) throws -> [String] {
            let text = try text(path)
            let start = try #require(text.firstRange(of: "\(section)\n")).upperBound
            return try part(text[start...], after: "```swift\n", before: "```")
        }

        @Test("the README's fleet is one that a guard takes, and the README shows this code and no other")
        func fleet() throws {
            let (guardian, _) = try fleetGuard(tokens: NoTokens(), password: "secret")
            #expect(guardian.configuration.replicas == .several)
            let source = try String(contentsOf: Self.here, encoding: .utf8)
            #expect(
                try code("README.md", "\n## More than one machine")
                    == part(source, after: "// README: More than one machine\n", before: "// README: end"))
        }

        @Test("the article's key status serves when nobody knows, and refuses what is known to be revoked")
        func lastKnown() async throws {
            let valkey = try ValkeyStore(ValkeySettings(try ValkeyAddress("redis://127.0.0.1:1")))
            let status = LastKnownStatus(shared: valkey.revocations)
            let keys = try (0..<2).map { _ in try TestClaims.thumbprint() }
            // It never ran, so nothing is known but what was said here.
            await #expect(throws: ValkeyRevocationError.unavailable) { try await valkey.revocations.revoke(keys[0]) }
            for (key, own, shared) in [(keys[0], KeyStatus.revoked, KeyStatus.revoked), (keys[1], .active, .unknown)] {
                #expect(await status.status(of: key, tokenIssuedAt: nil, now: .now()) == own)
                #expect(await valkey.revocations.status(of: key, tokenIssuedAt: nil, now: .now()) == shared)
            }
            var configuration = try ResourceConfiguration(origin: "https://api.example.com")
            configuration.replicas = .several
            _ = try ResourceGuard(
                configuration, tokens: NoTokens(), replay: valkey.replay(.resourceServer), keyStatus: status)

            let source = try String(contentsOf: Self.here, encoding: .utf8)
            #expect(
                try code("Sources/DPoPValkey/DPoPValkey.docc/Failures.md", "\n### The keys that are revoked")
                    == part(source, after: "// Failures: The keys that are revoked\n", before: "// Failures: end"))
        }
    }
#endif
