import DPoPCore
import DPoPTesting
import Testing

/// The memory cache keeps to what every store must.
@Suite struct MemoryReplayCacheTests {
    struct Sizes: Sendable, CustomStringConvertible {
        var capacity: Int
        var keyShare: MemoryReplayCache.KeyShare

        var description: String { "\(capacity), \(keyShare)" }

        var conformance: ReplayStoreConformance {
            ReplayStoreConformance(
                store: { MemoryReplayCache(capacity: capacity, keyShare: keyShare, memory: .startsEmpty) },
                storeWithCapacity: { MemoryReplayCache(capacity: $0, keyShare: keyShare, memory: .since(.now())) },
                rounds: 40)
        }
    }

    /// One part, the smallest number of parts, and the default; with and without limits by key.
    static let sizes = [
        Sizes(capacity: 10_000, keyShare: .unlimited), Sizes(capacity: 65_536, keyShare: .oneIn(8)),
        Sizes(capacity: 1_000_000, keyShare: .oneIn(8)), Sizes(capacity: 1_000_000, keyShare: .entries(2_000)),
    ]

    @Test(
        """
        attacks 129, 130, 134, 135, 139, 141, 148 and 156: the memory cache passes every check of a store that \
        one process has
        """, arguments: sizes, ReplayStoreConformance.Check.allCases.filter { $0 != .sharedMemory })
    func conforms(_ sizes: Sizes, _ check: ReplayStoreConformance.Check) async throws {
        #expect(try await sizes.conformance.run(check) == .passed)
    }

    @Test("attack 143: that it is shared can not be checked, and is not claimed")
    func notShared() async throws {
        let conformance = Self.sizes[0].conformance
        #expect(!conformance.checks.contains(.sharedMemory))
        #expect(try await conformance.run(.sharedMemory) != .passed)
        // One cache used by two verifiers is one memory, but no other process sees it.
        let pair = ReplayStoreConformance(
            store: { MemoryReplayCache(memory: .startsEmpty) },
            pair: {
                let cache = MemoryReplayCache(memory: .startsEmpty)
                return (cache, cache)
            })
        await #expect(throws: ReplayStoreConformance.Failure.self) { try await pair.run(.sharedMemory) }
    }

    @Test("attack 155: claims that find everything run out, on many tasks at once, answer without suspending")
    func sweeping() async throws {
        let store: some SynchronousReplayStore = MemoryReplayCache(capacity: 100_000, memory: .startsEmpty)
        let target = try TargetURI("https://h.example/")
        let clock = FixedClock()
        for round in 0..<20 {
            let now = clock.now
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: task * 41 + $0 * 7) }
                        let thumbprint = try #require(Thumbprint(bytes: bytes))
                        // A closure that can not wait.
                        let claim = { (key: ReplayKey) in
                            store.admit(key, until: now.advanced(bySeconds: 71), now: now)
                        }
                        return (0..<100).count {
                            claim(ReplayKey(thumbprint: thumbprint, targetURI: target, jti: "\($0)")) == .firstSighting
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(accepted == 1_600, "round \(round)")
            clock.advance(bySeconds: 1_000)
        }
    }
}
