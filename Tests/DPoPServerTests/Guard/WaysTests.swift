import DPoPCore
import Testing

@testable import DPoPServer

/// A server's configuration says how proofs are verified.
@Suite struct WaysTests {
    private func isGranted(_ decision: ResourceDecision) -> Bool {
        if case .granted = decision { true } else { false }
    }

    @Test("a resource verifies by the tables and the way of its configuration", arguments: CryptoPath.allCases)
    func resource(_ path: CryptoPath) async throws {
        let tables = KeyTables(memory: 1 << 20)
        let guardian = try ServerKit.guardian(
            ServerKit.configuration {
                $0.tables = tables
                $0.path = path
            })
        // The first two make the key known, and 64 more earn tables, where there are some.
        for _ in 0..<66 {
            #expect(isGranted(await guardian.authorize(try ServerKit.bound(), now: ServerKit.now)))
        }
        let end = ContinuousClock.now + .seconds(600)
        while tables.statistics == KeyTables.Statistics() {
            try #require(ContinuousClock.now < end)
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(tables.statistics.ineligible == (path == .provider ? 1 : 0))
        #expect(tables.statistics.built == (path == .provider ? 0 : 1))
        let thiefs = try ServerKit.bound(key: ServerKit.thiefsKey)
        #expect(!isGranted(await guardian.authorize(thiefs, now: ServerKit.now)))
        #expect(isGranted(await guardian.authorize(try ServerKit.bound(), now: ServerKit.now)))
    }

    @Test("a token endpoint does, too")
    func tokenEndpoint() async throws {
        let tables = KeyTables(memory: 0)
        var configuration = TokenEndpointConfiguration(uri: "https://as.example.com/token")
        configuration.tables = tables
        configuration.path = .provider
        let endpoint = try TokenEndpoint(configuration, replay: MemoryReplayCache(memory: .startsEmpty))
        #expect(endpoint.verifier.tables === tables && endpoint.verifier.path == .provider)
    }
}
