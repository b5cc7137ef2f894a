#if Valkey
    import DPoPCore
    import Foundation
    import Testing

    @testable import DPoPValkey

    /// By which address and as whom a node speaks to its server.
    @Suite(.needsRealServer) struct AccessTests {
        private func node(_ address: ValkeyAddress, deadline: Duration = StoreKit.patient) throws -> Node {
            var settings = ValkeySettings(address)
            settings.deadline = deadline
            return try Node(settings)
        }

        /// Whether it serves; the address's own claim is made.
        private func serves(_ address: ValkeyAddress) async throws {
            let node = try node(address)
            try await node.ready()
            let key = try TestClaims.key()
            #expect(await node.claim(key) == .firstSighting)
            #expect(await node.unknown([key]).isEmpty)
            #expect(node.events.count(.accessDenied) == 0)
        }

        private func isDenied(_ address: ValkeyAddress, password: String) async throws {
            let node = try node(address, deadline: .milliseconds(500))
            try await eventually("it is denied") { node.events.count(.accessDenied) > 1 }
            #expect(await node.claim(try TestClaims.key()) == .unavailable)
            #expect(node.events.count(.connected) == 0)
            // Nowhere, in no form.
            var texts = node.events.all.map { "\($0)" } + ["\(address)", "\(node.store)", "\(node.store.settings)"]
            for event in node.events.all { texts.append(String(reflecting: event)) }
            var dumped = ""
            dump(node.store.settings, to: &dumped)
            dump(node.store, to: &dumped)
            dump(node.events.all, to: &dumped)
            texts.append(dumped)
            do { try await node.store.waitUntilReady(timeout: .milliseconds(1)) } catch { texts.append("\(error)") }
            for text in texts { #expect(!text.contains(password)) }
        }

        /// May do what this package does, and nothing else.
        private static let user =
            "alice on >hers-alone ~dpop:* &dpop:* -@all +set +get +ping +select +info +subscribe +publish"

        @Test("attack 145: with the right password, and as a user who may do little, it is served")
        func right() async throws {
            var options = RealServer.Options()
            options.password = "secret"
            options.users = [AccessTests.user]
            let server = try await RealServer(options)
            let url = "redis://127.0.0.1:\(server.port)"
            try await serves(try ValkeyAddress(url, password: "secret"))
            try await serves(try ValkeyAddress("redis://:secret@127.0.0.1:\(server.port)"))
            try await serves(try ValkeyAddress("redis://alice@127.0.0.1:\(server.port)", password: "hers-alone"))
            let open = try await RealServer()
            try await serves(try ValkeyAddress("redis://127.0.0.1:\(open.port)"))
        }

        @Test("attack 145: a wrong password or user, none, and one where none is wanted are refused, and said nowhere")
        func wrong() async throws {
            var options = RealServer.Options()
            options.password = "secret"
            options.users = [AccessTests.user, "bob on >his-alone ~other:* -@all +set +get +info"]
            let server = try await RealServer(options)
            let place = "127.0.0.1:\(server.port)"
            try await isDenied(try ValkeyAddress("redis://\(place)", password: "wr0ng-word"), password: "wr0ng-word")
            try await isDenied(try ValkeyAddress("redis://\(place)"), password: "secret")
            try await isDenied(
                try ValkeyAddress("redis://alice@\(place)", password: "wr0ng-word"), password: "wr0ng-word")
            try await isDenied(
                try ValkeyAddress("redis://nobody@\(place)", password: "hers-alone"), password: "hers-alone")
            // Another application's user: other keys.
            try await isDenied(try ValkeyAddress("redis://bob@\(place)", password: "his-alone"), password: "his-alone")
            let open = try await RealServer()
            try await isDenied(
                try ValkeyAddress("redis://127.0.0.1:\(open.port)", password: "needless-word"),
                password: "needless-word")
            #expect(try open.command("DBSIZE") == "0")
        }

        @Test("a password that was right is not said either")
        func neverSaid() async throws {
            var options = RealServer.Options()
            options.password = "secret-word"
            let server = try await RealServer(options)
            let node = try node(try ValkeyAddress("redis://127.0.0.1:\(server.port)", password: "secret-word"))
            try await node.ready()
            server.kill()
            try await eventually("it has noticed") { node.events.count(.connectFailed) > 1 }
            var dumped = ""
            dump(node.events.all, to: &dumped)
            dump(node.store.settings, to: &dumped)
            #expect(!dumped.contains("secret-word"))
            #expect(node.events.all.allSatisfy { $0.server.map { $0.hasPrefix("redis://127.0.0.1:") } ?? true })
        }

        @Test("databases of one server know nothing of each other")
        func database() async throws {
            let server = try await RealServer()
            let nodes = try [
                node(try ValkeyAddress("redis://127.0.0.1:\(server.port)/1")),
                node(try ValkeyAddress("redis://127.0.0.1:\(server.port)/0")),
                node(try ValkeyAddress("redis://127.0.0.1:\(server.port)/1")),
            ]
            for node in nodes { try await node.ready() }
            let key = try TestClaims.key()
            #expect(await nodes[0].claim(key) == .firstSighting)
            #expect(await nodes[1].claim(key) == .firstSighting)
            #expect(await nodes[2].unknown([key]).isEmpty)
            // One that the server does not have.
            let none = try node(
                try ValkeyAddress("redis://127.0.0.1:\(server.port)/999"), deadline: .milliseconds(500))
            try await eventually("it has tried") { none.events.count(.connectFailed) > 1 }
            #expect(await none.claim(try TestClaims.key()) == .unavailable)
        }

        @Test("a Unix socket is as good as a port")
        func socket() async throws {
            var options = RealServer.Options()
            options.password = "secret"
            let server = try await RealServer(options)
            try await serves(try ValkeyAddress("unix://\(server.unixSocket)", password: "secret"))
            let key = try TestClaims.key()
            let nodes = try [
                node(try ValkeyAddress("unix://\(server.unixSocket)?db=2", password: "secret")),
                node(try ValkeyAddress("redis://127.0.0.1:\(server.port)/2", password: "secret")),
            ]
            for node in nodes { try await node.ready() }
            #expect(await nodes[0].claim(key) == .firstSighting)
            #expect(await nodes[1].unknown([key]).isEmpty)
            try await isDenied(
                try ValkeyAddress("unix://\(server.unixSocket)", password: "wr0ng-word"), password: "wr0ng-word")
            let absent = try node(
                try ValkeyAddress("unix://\(server.folder)/none"), deadline: .milliseconds(500))
            try await eventually("it has tried") { absent.events.count(.connectFailed) > 1 }
            #expect(await absent.claim(try TestClaims.key()) == .unavailable)
        }

        @Test("an IPv6 address is one, too")
        func ipv6() async throws {
            var options = RealServer.Options()
            options.arguments = ["--bind", "127.0.0.1", "::1"]
            // Not every machine has it.
            guard let server = try? await RealServer(options) else { return }
            try await serves(try ValkeyAddress("redis://[::1]:\(server.port)"))
        }
    }
#endif
