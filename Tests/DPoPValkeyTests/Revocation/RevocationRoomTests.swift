#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// A view, or a server, without room.
    @Suite struct RevocationRoomTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test("a view without room refuses another key, forgets none, and takes a known one")
        func fullView() async throws {
            let a = RevocationTestNode(server, capacity: 2)
            try await a.revoke(RevocationKit.key(1), until: 1_700_000_100)
            try await a.revoke(RevocationKit.key(2))
            await #expect(throws: ValkeyRevocationError.full) { try await a.revoke(RevocationKit.key(3)) }
            await a.poll()
            #expect(await a.status(RevocationKit.key(3)) == .active)
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            try await a.revoke(RevocationKit.key(2), until: 1_700_000_200)
            time.pass(.seconds(402))
            try await a.revoke(RevocationKit.key(3))
            #expect(await a.status(RevocationKit.key(2)) == .revoked)
        }

        @Test("a view that has no room for what the server has answers for no other key")
        func overflow() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server, hears: true, capacity: 1))
            await b.poll()
            try await a.revoke(RevocationKit.key(1))
            #expect(await b.status(RevocationKit.key(9)) == .active)
            try await a.revoke(RevocationKit.key(2))
            #expect(await b.status(RevocationKit.key(9)) == .unknown)
            await b.poll()
            #expect(await b.status(RevocationKit.key(9)) == .unknown && b.reported(.full))
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
        }

        @Test("when all slots are taken another key is refused, and let in once one has run out")
        func fullServer() async throws {
            let value = "v1 \(RevocationKit.key(1).jkt) * *"
            #expect(ValkeyKeyRevocations.capacity == 102_400)
            for slot in 0..<512 {
                server.put(value, inSlot: slot, milliseconds: slot == 300 ? 1_000 : nil)
            }
            for page in 0..<2 { server.announce(page: page) }
            let a = RevocationTestNode(server, pages: 2)
            await a.poll()
            await #expect(throws: ValkeyRevocationError.full) { try await a.revoke(RevocationKit.key(2)) }
            #expect(await a.status(RevocationKit.key(2)) == .active)
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            time.pass(.seconds(2))
            try await a.revoke(RevocationKit.key(2))
            #expect(await a.status(RevocationKit.key(2)) == .revoked)
        }
    }
#endif
