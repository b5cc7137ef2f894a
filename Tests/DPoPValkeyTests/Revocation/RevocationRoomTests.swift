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

        @Test("of two at once for a view's last place one has it, and the other does not believe that it has")
        func lastPlace() async throws {
            let a = RevocationTestNode(server, capacity: 1)
            await a.poll()
            a.connection.set(then: .fails)
            let errors = await withTaskGroup { group in
                for number in 1...2 {
                    group.addTask { () -> ValkeyRevocationError? in
                        do throws(ValkeyRevocationError) {
                            try await a.revocations.revoke(RevocationKit.key(number), now: time.now)
                            return nil
                        } catch { return error }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(errors) == [.full, .unavailable])
            #expect(a.revocations.node.view.withLock { $0.unwritten.count } == 1)
        }

        @Test(
            "a server whose memory is full is said to be; this node refuses the key, the others once there is room",
            arguments: ["dpop", "{revoked}:0:", "page", "version"])
        func memory(part: String) async throws {
            for isPolled in [false, true] {
                server.flushAll()
                let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
                try await b.revoke(RevocationKit.key(0))
                await b.poll()
                if isPolled { await a.poll() }
                server.refuse(keysWith: part)
                await #expect(throws: ValkeyRevocationError.full) { try await a.revoke(RevocationKit.key(1)) }
                #expect(await a.status(RevocationKit.key(1)) == .revoked)
                await a.poll()
                await b.poll()
                #expect(await b.status(RevocationKit.key(1)) == .active)
                // Where nothing can be written at all it is not known whether more is revoked.
                time.pass(.seconds(6))
                await b.poll()
                #expect(await b.status(RevocationKit.key(2)) == (part == "dpop" ? .unknown : .active))
                server.refuse(nil)
                await a.poll()
                await b.poll()
                for node in [a, b] {
                    #expect(await node.status(RevocationKit.key(1)) == .revoked)
                    #expect(await node.status(RevocationKit.key(2)) == .active)
                }
                #expect(server.slots.count == 2)
            }
        }

        @Test(
            "slots that a server refused to write are free, however many of a batch it took",
            arguments: [0, 1, 9], ["OOM", "CLUSTERDOWN", "READONLY", "MOVED 1 127.0.0.1:1"])
        func givenBack(count: Int, error: String) async throws {
            let a = RevocationTestNode(server)
            try await a.revoke(RevocationKit.key(200))
            await a.poll()
            await a.poll()
            server.refuse(error, keysWith: "{revoked}:0:")
            for number in 0..<10 {
                await #expect(throws: error == "OOM" ? ValkeyRevocationError.full : .unavailable) {
                    try await a.revoke(RevocationKit.key(number))
                }
            }
            server.refuse(error, keysWith: "{revoked}:0:", after: count)
            await a.poll()
            server.refuse(nil)
            await a.poll()
            // Each in the first slot that it looks for.
            let keys = RevocationKeys(prefix: server.prefix, database: 0)
            let values = server.state.withLock { $0.values }
            for number in Array(0..<10) + [200] {
                #expect(values[keys.slot(number)]?.value == Array("v1 \(RevocationKit.key(number).jkt) * *".utf8))
            }
            #expect(server.slots.count == 11)
            let late = RevocationTestNode(server)
            await late.poll()
            for number in 0..<10 { #expect(await late.status(RevocationKit.key(number)) == .revoked) }
        }
    }
#endif
