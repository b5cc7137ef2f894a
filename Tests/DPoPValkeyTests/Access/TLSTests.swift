#if Valkey
    import DPoPCore
    import NIOSSL
    import Testing

    @testable import DPoPValkey

    /// Who a node speaks to over TLS, and to whom it says nothing.
    @Suite(.needsRealServer, .enabled(if: Certificates.canBeMade)) struct TLSTests {
        private let certificates: Certificates

        init() throws { certificates = try Certificates.shared.get() }

        private func settings(
            _ url: String, deadline: Duration = StoreKit.patient, password: String? = nil, trusts: Bool = true
        ) throws -> ValkeySettings {
            var settings = ValkeySettings(try ValkeyAddress(url, password: password))
            settings.deadline = deadline
            if trusts {
                settings.tls.trustRoots = .certificates(
                    try NIOSSLCertificate.fromPEMFile(certificates.authority.certificate))
            }
            return settings
        }

        private func server(_ identity: Certificates.Identity?) async throws -> RealServer {
            var options = RealServer.Options()
            options.tls = identity
            options.password = "secret"
            return try await RealServer(options)
        }

        @Test(
            "a server whose certificate is for its name, or its IP address, is used",
            arguments: ["localhost", "127.0.0.1"])
        func trusted(host: String) async throws {
            let server = try await server(certificates.server)
            let node = try Node(settings("rediss://\(host):\(server.port)", password: "secret"))
            try await node.ready()
            let key = try TestClaims.key()
            #expect(await node.claim(key) == .firstSighting)
            guard case .seen = await node.claim(key) else {
                Issue.record("a replay is accepted")
                return
            }
            #expect(node.events.count(.connectFailed) == 0)
        }

        enum Stranger: CaseIterable {
            case untrusted, otherName, unknownAuthority, plainText, plainToTLS
        }

        @Test(
            "attack 145: a certificate of nobody's, for another name or by an unknown authority, and TLS where there is none, are refused",
            arguments: Stranger.allCases, ["localhost", "127.0.0.1"])
        func refused(stranger: Stranger, host: String) async throws {
            let identity: Certificates.Identity? =
                switch stranger {
                case .untrusted: certificates.untrusted
                case .otherName: certificates.otherName
                case .unknownAuthority, .plainToTLS: certificates.server
                case .plainText: nil
                }
            let server = try await server(identity)
            let scheme = stranger == .plainToTLS ? "redis" : "rediss"
            let node = try Node(
                settings(
                    "\(scheme)://\(host):\(server.port)", deadline: .milliseconds(500), password: "secret",
                    trusts: stranger != .unknownAuthority))
            try await eventually("it has tried") { node.events.count(.connectFailed) > 2 }
            #expect(await node.claim(try TestClaims.key()) == .unavailable)
            #expect(node.events.count(.connected) == 0)
            #expect(try server.command("DBSIZE") == "0")
            await #expect(throws: ValkeyConfigurationError.self) {
                try await node.store.waitUntilReady(timeout: .milliseconds(1))
            }
        }

        @Test("attack 145: before a server has shown who it is nothing is sent to it, no password either")
        func nothingBefore() async throws {
            func scripted(_ identity: Certificates.Identity) async throws -> ScriptedServer {
                let fake = FakeValkey(password: "secret")
                return try await ScriptedServer(tls: identity) { fake.answer($0, $1) }
            }
            for identity in [certificates.untrusted, certificates.otherName] {
                let server = try await scripted(identity)
                let node = try Node(settings("rediss://localhost:\(server.port)", password: "secret"))
                try await eventually("it has tried") { server.accepted > 4 }
                #expect(server.received.isEmpty)
                try await node.stop()
                #expect(server.received.isEmpty)
            }
            let server = try await scripted(certificates.server)
            let node = try Node(settings("rediss://localhost:\(server.port)", password: "secret"))
            try await node.ready()
            #expect(server.received.contains(["AUTH", "secret"]))
        }
    }
#endif
