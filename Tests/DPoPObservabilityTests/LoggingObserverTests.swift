#if Observability
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Logging
    import Testing

    @testable import DPoPObservability

    /// Keeps what is logged.
    struct CapturingLog: LogHandler {
        struct Entry: Sendable {
            let level: Logger.Level
            let message: String
            let metadata: Logger.Metadata
        }

        final class Store: Sendable {
            private let store = Locked<[Entry]>([])
            var entries: [Entry] { store.withLock { $0 } }
            func add(_ entry: Entry) { store.withLock { $0.append(entry) } }
        }

        let store = Store()
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            store.add(
                Entry(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:]))
        }

        var logger: Logger { Logger(label: "test", factory: { _ in self }) }
    }

    @Suite struct LoggingObserverTests {
        private func entry(_ event: DecisionEvent) throws -> CapturingLog.Entry {
            let log = CapturingLog()
            LoggingObserver(logger: log.logger).record(event)
            #expect(log.store.entries.count == 1)
            return try #require(log.store.entries.first)
        }

        @Test("the level says whether to look")
        func levels() throws {
            #expect(try entry(Events.event(.granted)).level == .debug)
            #expect(try entry(Events.event(.granted, scheme: .bearer, confirmation: .certificate)).level == .debug)
            #expect(try entry(Events.event(.granted, scheme: .bearer, confirmation: .unbound)).level == .warning)
            #expect(try entry(Events.event(.passedUnproven, .proofMissing)).level == .warning)
            #expect(try entry(Events.event(.denied, .proofMissing)).level == .notice)
            #expect(try entry(Events.event(.denied, DecisionCode(.replayed))).level == .warning)
            #expect(try entry(Events.event(.denied, .boundTokenAsBearer)).level == .warning)
            #expect(try entry(Events.event(.denied, DecisionCode(.replayStoreFull))).level == .error)
            #expect(try entry(Events.event(.denied, DecisionCode(rawValue: "new"))).level == .notice)
        }

        @Test("an entry whose level is off is not made")
        func off() {
            var log = CapturingLog()
            log.logLevel = .info
            let observer = LoggingObserver(logger: log.logger)
            observer.record(Events.event(.granted))
            #expect(log.store.entries.isEmpty)
            observer.record(Events.event(.denied, .proofMissing))
            #expect(log.store.entries.count == 1)
        }

        @Test("what the event says is the metadata")
        func members() throws {
            let entry = try entry(Events.event(.denied, .proofRepeated))
            #expect(entry.message == "request denied")
            let expected: [String: String] = [
                "decision": "denied", "endpoint": "resource", "unproven": "false", "code": "proofRepeated",
                "scheme": "DPoP", "confirmation": "jkt", "reason": "more than one DPoP field", "method": "GET",
                "targetURI": "https://api.example.com/me", "clientAddress": "192.0.2.7", "requestID": "r1",
                "subject": "alice", "clientID": "app", "tokenExpiresAt": "1700000600", "replayLatency": "25",
                "jkt": Events.jkt.jkt, "htm": "GET", "htu": "https://api.example.com/me", "iat": "1700000002",
                "clockSkew": "2", "signatureVerified": "true",
            ]
            for (name, value) in expected { #expect(entry.metadata["dpop." + name] == .string(value), "\(name)") }
            #expect(Set(entry.metadata.keys) == Set(expected.keys.map { "dpop." + $0 } + ["dpop.jtiHash"]))
        }

        @Test("attack 123: no text of a request ends a line, makes up a member or goes on without end")
        func injection() {
            var random = SystemRandomNumberGenerator()
            let log = CapturingLog()
            let observer = LoggingObserver(logger: log.logger)
            for _ in 0..<500 { observer.record(Events.random(&random)) }
            #expect(log.store.entries.count == 500)
            for entry in log.store.entries {
                for (key, value) in entry.metadata {
                    guard case .string(let text) = value else {
                        Issue.record("\(key) is no text")
                        continue
                    }
                    let least: UInt8 = key == "dpop.reason" ? 0x20 : 0x21
                    #expect(text.utf8.allSatisfy { least...0x7E ~= $0 && $0 != UInt8(ascii: "\"") }, "\(key)")
                    #expect(text.utf8.count <= 4 * LogText.maximumBytes + 4, "\(key)")
                }
            }
        }

        @Test(
            "plain text stays as it is, and each other byte is escaped",
            arguments: [
                ("https://a.example/b?c=d#e%20", "https://a.example/b?c=d#e%20"), ("", ""), ("a b", "a\\x20b"),
                ("a\r\nb", "a\\x0D\\x0Ab"), ("\"\\", "\\x22\\x5C"), ("é\u{7F}\0", "\\xC3\\xA9\\x7F\\x00"),
                (String(repeating: "a", count: 1_024), String(repeating: "a", count: 1_024)),
                (String(repeating: "a", count: 1_025), String(repeating: "a", count: 1_024) + "\\..."),
            ])
        func escapes(_ text: String, _ expected: String) { #expect(LogText.escaped(text) == expected) }

        @Test("attack 165: no entry about a request holds its token, proof, nonce or jti")
        func secrets() async throws {
            let scene = try GuardScene()
            let log = CapturingLog()
            try await scene.play(LoggingObserver(logger: log.logger))
            let text = log.store.entries.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n")
            #expect(log.store.entries.count == scene.requests)
            #expect(text.contains("granted") && text.contains("replayed") && text.contains("alice"))
            for secret in scene.secrets { #expect(!text.contains(secret)) }
        }
    }
#endif
