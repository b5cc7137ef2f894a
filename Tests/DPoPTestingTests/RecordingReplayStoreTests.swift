import DPoPCore
import DPoPTesting
import Testing

@Suite struct RecordingReplayStoreTests {
    static let now = UnixTime(seconds: 1_700_000_000)
    static let deadline = now.advanced(bySeconds: 71)

    static func key(_ number: Int) throws -> ReplayKey {
        let thumbprint = try #require(Thumbprint(bytes: [UInt8](repeating: 7, count: 32)))
        return ReplayKey(thumbprint: thumbprint, targetURI: try TargetURI("https://h.example/"), jti: "\(number)")
    }

    static func memory() -> MemoryReplayCache { MemoryReplayCache(capacity: 20_000, memory: .startsEmpty) }

    @Test("claims are recorded in order, with what was asked and answered")
    func records() async throws {
        let store = RecordingReplayStore(Self.memory())
        let key = try Self.key(1)
        let later = Self.now.advanced(bySeconds: 1)
        #expect(await store.admit(key, until: Self.deadline, now: Self.now) == .firstSighting)
        #expect(await store.admit(key, until: Self.deadline, now: later) == .seen(since: Self.now))
        #expect(store.claims.map(\.outcome) == [.firstSighting, .seen(since: Self.now)])
        #expect(store.claims.map(\.now) == [Self.now, later])
        #expect(store.claims.allSatisfy { $0.key == key && $0.deadline == Self.deadline })
        #expect(store.claims.first?.key.bytes == key.bytes)
        #expect(store.scope == .processLocal)
        #expect(store.memory == .startsEmpty)
        #expect(!store.requiresNonces)
    }

    @Test(
        "answers that were set come first, once each, and the store below does not hear of them",
        arguments: [ReplayOutcome.unavailable, .full, .overShare, .deadlinePassed, .seen(since: now)])
    func scripted(_ outcome: ReplayOutcome) async throws {
        let store = RecordingReplayStore(Self.memory())
        store.answerNext(outcome, .unavailable)
        let key = try Self.key(1)
        for expected in [outcome, .unavailable, .firstSighting, .seen(since: Self.now)] {
            #expect(await store.admit(key, until: Self.deadline, now: Self.now) == expected)
        }
        #expect(store.claims.count == 4)
    }

    @Test("one without a store below always answers the same")
    func fixed() async throws {
        let time = ReplayMemory.since(Self.now)
        let store = RecordingReplayStore(answering: .full, scope: .shared, memory: time)
        let key = try Self.key(1)
        for _ in 0..<3 { #expect(await store.admit(key, until: Self.deadline, now: Self.now) == .full) }
        #expect(store.scope == .shared)
        #expect(store.memory == time)
    }

    @Test("what it keeps is bounded: claims that are recorded, and claims that wait")
    func bounded() async throws {
        let store = RecordingReplayStore(Self.memory(), limit: 2)
        for number in 0..<4 {
            let key = try Self.key(number)
            #expect(await store.admit(key, until: Self.deadline, now: Self.now) == .firstSighting)
        }
        #expect(store.claims.count == 2)
        store.hold(.beforeStore)
        let key = try Self.key(9)
        let waiting = (0..<2).map { _ in Task { await store.admit(key, until: Self.deadline, now: Self.now) } }
        try await store.waitUntilHeld(2)
        #expect(await store.admit(key, until: Self.deadline, now: Self.now) == .unavailable)
        store.release()
        var outcomes: Set<ReplayOutcome> = []
        for task in waiting { outcomes.insert(await task.value) }
        #expect(outcomes == [.firstSighting, .seen(since: Self.now)])
    }

    @Test(
        "attack 155: claims that wait hold up no other claim, and go on when they are released",
        arguments: [RecordingReplayStore.Gate.beforeStore, .afterStore])
    func gate(_ gate: RecordingReplayStore.Gate) async throws {
        let memory = Self.memory()
        let store = RecordingReplayStore(memory)
        store.hold(gate)
        let keys = try (0..<100).map { try Self.key($0) }
        let waiting = keys.map { key in Task { await store.admit(key, until: Self.deadline, now: Self.now) } }
        try await store.waitUntilHeld(100)
        #expect(store.claims.isEmpty)
        // The store below has heard of them only behind the gate.
        let below = memory.admit(keys[0], until: Self.deadline, now: Self.now)
        #expect(below == (gate == .beforeStore ? .firstSighting : .seen(since: Self.now)))
        store.release()
        for (index, task) in waiting.enumerated() {
            let isSeen = gate == .beforeStore && index == 0
            #expect(await task.value == (isSeen ? .seen(since: Self.now) : .firstSighting))
        }
        #expect(store.heldCount == 0)
        let next = try Self.key(100)
        #expect(await store.admit(next, until: Self.deadline, now: Self.now) == .firstSighting)
    }

    @Test(
        "attacks 148 and 156: a claim cancelled while it waits returns once, and behind the store its key is used",
        arguments: [RecordingReplayStore.Gate.beforeStore, .afterStore])
    func cancelled(_ gate: RecordingReplayStore.Gate) async throws {
        let store = RecordingReplayStore(Self.memory())
        store.hold(gate)
        let key = try Self.key(1)
        let task = Task { await store.admit(key, until: Self.deadline, now: Self.now) }
        try await store.waitUntilHeld(1)
        task.cancel()
        #expect(await task.value == .unavailable)
        #expect(store.heldCount == 0)
        store.release()
        let again = await store.admit(key, until: Self.deadline, now: Self.now)
        #expect(again == (gate == .beforeStore ? .firstSighting : .seen(since: Self.now)))
    }

    @Test("attack 156: cancelling and releasing at the same time resume each claim once")
    func cancelledAndReleased() async throws {
        for round in 0..<200 {
            let store = RecordingReplayStore(Self.memory())
            store.hold(round % 2 == 0 ? .beforeStore : .afterStore)
            let keys = try (0..<20).map { try Self.key($0) }
            let tasks = keys.map { key in Task { await store.admit(key, until: Self.deadline, now: Self.now) } }
            let cancelling = Task { for task in tasks { task.cancel() } }
            for _ in 0..<round % 7 { await Task.yield() }
            store.release()
            await cancelling.value
            for task in tasks {
                let outcome = await task.value
                #expect(outcome == .firstSighting || outcome == .unavailable)
            }
            #expect(store.heldCount == 0)
            #expect(store.claims.count == 20)
        }
    }

    @Test("waiting for claims that never come ends when it is cancelled")
    func waitCancelled() async throws {
        let store = RecordingReplayStore(Self.memory())
        let task = Task { try await store.waitUntilHeld(1) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(
        "attacks 130 and 156: it passes the checks of a store itself", arguments: ReplayStoreConformance.Check.allCases)
    func conforms(_ check: ReplayStoreConformance.Check) async throws {
        let conformance = ReplayStoreConformance(
            store: { RecordingReplayStore(Self.memory()) },
            storeWithCapacity: { capacity in
                RecordingReplayStore(MemoryReplayCache(capacity: capacity, keyShare: .unlimited, memory: .startsEmpty))
            }, rounds: 3)
        guard conformance.checks.contains(check) else { return #expect(check == .sharedMemory) }
        #expect(try await conformance.run(check) == .passed)
    }
}
