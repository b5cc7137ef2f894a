import DPoPCore
import Testing

@testable import DPoPClient

@Suite struct NonceMemoryTests {
    private let jkts: [Thumbprint]

    init() throws { jkts = try (0..<2).map { _ in try SigningKey.generate(.es256).publicJWK.thumbprint } }

    private func slot(
        _ origin: String = "https://a.example", _ role: ServerRole = .resourceServer, key: Int = 0
    ) throws -> NonceSlot {
        NonceSlot(origin: try ServerOrigin(origin), role: role, jkt: jkts[key])
    }

    @Test("attack 126: a nonce is known for its scheme, host, port, role and key alone")
    func apart() throws {
        let memory = NonceMemory(capacity: 100, patience: .zero)
        memory.record(try slot(), "n1")
        #expect(memory.latest(try slot()) == "n1")
        #expect(memory.latest(try slot("HTTPS://A.example:443/")) == "n1")
        for other in [
            try slot("http://a.example"), try slot("https://b.example"), try slot("https://a.example:8443"),
            try slot("https://a.example."), try slot("https://www.a.example"), try slot(key: 1),
            try slot("https://a.example", .authorizationServer),
        ] {
            #expect(memory.latest(other) == nil)
            memory.record(other, "other")
        }
        #expect(memory.latest(try slot()) == "n1")
    }

    @Test("an answer without a nonce keeps the one before, another one replaces it")
    func latest() throws {
        let memory = NonceMemory(capacity: 100, patience: .zero)
        memory.record(try slot(), "n1")
        memory.record(try slot(), nil)
        #expect(memory.latest(try slot()) == "n1")
        memory.record(try slot(), "n2")
        #expect(memory.latest(try slot()) == "n2")
    }

    @Test("what is dropped is gone, unless another came meanwhile")
    func drop() throws {
        let memory = NonceMemory(capacity: 100, patience: .zero)
        memory.record(try slot(), "n2")
        memory.drop(try slot(), "n1")
        #expect(memory.latest(try slot()) == "n2")
        memory.drop(try slot(), "n2")
        #expect(memory.latest(try slot()) == nil)
    }

    @Test("attack 126: the table is bounded, what was used least recently gives way", arguments: [1, 2, 16])
    func bound(_ capacity: Int) throws {
        let memory = NonceMemory(capacity: capacity, patience: .zero)
        let slots = try (0...capacity).map { try slot("https://h\($0).example") }
        for slot in slots.dropLast() { memory.record(slot, "n") }
        // The first one is used once more, so the second is the oldest where there is one.
        #expect(memory.latest(slots[0]) == "n")
        memory.record(slots[capacity], "n")
        let gone = capacity == 1 ? 0 : 1
        for (index, slot) in slots.enumerated() { #expect((memory.latest(slot) == nil) == (index == gone)) }
    }

    @Test("a capacity out of range is moved to the nearer end", arguments: [Int.min, -1, 0, Int.max])
    func range(_ capacity: Int) throws {
        let memory = NonceMemory(capacity: capacity, patience: .zero)
        memory.record(try slot(), "n")
        #expect(memory.latest(try slot()) == "n")
    }

    @Test("requests that went ahead and were forgotten are bounded too, and no later one waits for ever")
    func forgotten() async throws {
        let memory = NonceMemory(capacity: 2, patience: .seconds(3_600))
        for index in 0..<10 {
            let turn = await memory.awaited(try slot("https://h\(index).example"))
            #expect(turn.latest == nil)
            #expect(turn.goesAhead != nil)
        }
        // The last two are under way, so the first is one again.
        #expect(await memory.awaited(try slot("https://h0.example")).goesAhead != nil)
    }

    @Test("who waits behind a forgotten one goes on when it gives way")
    func forgottenWithWaiters() async throws {
        let memory = NonceMemory(capacity: 1, patience: .seconds(3_600))
        let first = try slot("https://h0.example")
        let second = try slot("https://h1.example")
        #expect(await memory.awaited(first).goesAhead != nil)
        async let waiting = memory.awaited(first)
        #expect(await memory.awaited(second).goesAhead != nil)
        // Either it waited and was let go, or it came later and is a first one itself.
        #expect(await waiting.latest == nil)
    }

    @Test("an abandoned request does not end the wait for a later one")
    func abandoned() async throws {
        let memory = NonceMemory(capacity: 10, patience: .seconds(3_600))
        let slot = try slot()
        let old = try #require(await memory.awaited(slot).goesAhead)
        memory.abandon(slot, old)
        let new = try #require(await memory.awaited(slot).goesAhead)
        #expect(old != new)
        memory.abandon(slot, old)
        async let waiting = memory.awaited(slot)
        memory.record(slot, "n")
        let turn = await waiting
        #expect(turn.latest == "n")
        #expect(turn.goesAhead == nil)
    }
}
