#if Valkey
    import DPoPCore
    import DPoPServer
    import Foundation
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// The user that the documentation describes can do everything that is needed, and nothing besides.
        @Suite(.needsRealServer) struct AccessListTests {
            /// What the article says after `ACL SETUSER shop on >…`.
            private func rules() throws -> [String] {
                let article = try StoreKit.source("DPoPValkey.docc/DPoPValkey.md")
                let line = try #require(article.split(separator: "\n").first { $0.hasPrefix("ACL SETUSER shop ") })
                return line.split(separator: " ").map(String.init).filter {
                    !["ACL", "SETUSER", "shop", "on", ">…"].contains($0)
                }
            }

            private func server(_ rules: [String]) async throws -> RealServer {
                let server = try await RealServer()
                try server.command(["ACL", "SETUSER", "shop", "on", ">secret"] + rules)
                return server
            }

            private func node(
                _ server: RealServer, deadline: Duration = StoreKit.patient, database: Int = 0
            ) throws -> Node {
                try Node(
                    try StoreKit.settings(
                        server.port, deadline: deadline, password: "secret", user: "shop", database: database)
                )
            }

            @Test("attack 154: that user claims, and revokes for all, by its own keys and channels", arguments: [0, 1])
            func suffices(database: Int) async throws {
                let server = try await server(try rules())
                let (node, other) = try (node(server, database: database), node(server, database: database))
                try await node.recovers()
                try await other.recovers()
                let key = try TestClaims.key()
                #expect(await node.admit(key) == .firstSighting)
                #expect(await other.admit(key).isSeen)
                let thumbprint = try TestClaims.thumbprint()
                try await eventually("it listens") { try server.command("PUBSUB", "CHANNELS", "dpop:*") != "" }
                try await eventually("it may be revoked") {
                    do { try await node.store.revocations.revoke(thumbprint) } catch { return false }
                    return true
                }
                try await eventually("it is revoked") {
                    await other.store.revocations.status(of: thumbprint, tokenIssuedAt: nil, now: .now()) == .revoked
                }
                for log in [node.events, other.events] {
                    #expect(log.count(.accessDenied) == 0 && log.count(.evictionPolicyUnknown) == 0)
                }
                // No more than that.
                let client = try BlockingClient(port: server.port)
                _ = try client.command(["AUTH", "shop", "secret"])
                for words in [
                    ["SET", "other:x", "1"], ["DEL", "dpop:x"], ["EVAL", "return 1", "0"],
                    ["CONFIG", "SET", "maxmemory", "1"],
                    ["FLUSHALL"], ["KEYS", "*"], ["PUBLISH", "other", "x"],
                ] {
                    #expect(throws: BlockingClient.ErrorReply.self) { try client.command(words) }
                }
            }

            @Test(
                "attack 154: without a command that claims need, access is denied, until it is given",
                arguments: [
                    "+set", "+get", "+info", "~dpop:*",
                ])
            func missing(_ rule: String) async throws {
                let rules = try rules()
                #expect(rules.contains(rule))
                let server = try await server(rules.filter { $0 != rule })
                let node = try node(server, deadline: .milliseconds(500))
                try await eventually("access is denied") { node.events.count(.accessDenied) > 0 }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                #expect(node.events.count(.connected) == 0)
                try server.command("ACL", "SETUSER", "shop", rule)
                try await node.recovers()
            }

            @Test("attack 154: without SELECT another database than 0 is denied")
            func withoutSelect() async throws {
                let server = try await server(try rules().filter { $0 != "+select" })
                let node = try node(server, deadline: .milliseconds(500), database: 1)
                try await eventually("access is denied") { node.events.count(.accessDenied) > 0 }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                try await self.node(server).recovers()
            }

            @Test(
                "attack 154: without the others claims are answered all the same",
                arguments: [
                    "+ping", "+config|get", "+select", "+subscribe", "+publish", "+asking", "&dpop:*",
                ])
            func unneeded(_ rule: String) async throws {
                let rules = try rules()
                #expect(rules.contains(rule))
                let server = try await server(
                    rules.filter { $0 != rule } + (rule == "&dpop:*" ? ["resetchannels"] : []))
                let node = try node(server)
                try await node.recovers()
                // INFO tells the policy, too.
                #expect(node.events.count(.evictionPolicyUnknown) == 0)
                #expect(node.events.count(.accessDenied) == 0)
            }
        }
    }
#endif
