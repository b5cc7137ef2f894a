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
        return (guardian, valkey)  // a service, to be run beside the server: ServiceGroup(services: [valkey, …])
    }
    // README: end

    @Suite struct ReadmeTests {
        private struct NoTokens: AccessTokenVerifier {
            func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
                throw AccessTokenRejection(.unavailable)
            }
        }

        @Test("the README's fleet is one that a guard takes, and the README shows this code and no other")
        func fleet() throws {
            let (guardian, _) = try fleetGuard(tokens: NoTokens(), password: "secret")
            #expect(guardian.configuration.replicas == .several)

            let here = URL(fileURLWithPath: #filePath)
            let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            func lines(_ text: Substring) -> [String] {
                text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            }
            func part(_ text: String, after start: String, before end: String) throws -> [String] {
                let from = try #require(text.firstRange(of: start)).upperBound
                let to = try #require(text[from...].firstRange(of: end)).lowerBound
                return lines(text[from..<to])
            }
            let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
            let section = try #require(readme.firstRange(of: "\n## More than one machine\n")).upperBound
            let shown = try part(String(readme[section...]), after: "```swift\n", before: "```")
            let source = try String(contentsOf: here, encoding: .utf8)
            #expect(
                try shown == part(source, after: "// README: More than one machine\n", before: "// README: end"))
        }
    }
#endif
