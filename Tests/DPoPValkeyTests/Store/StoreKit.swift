#if Valkey
    import DPoPCore
    import Foundation
    import Testing

    @testable import DPoPValkey

    /// The tests of the replay store. One after the other: some go by a clock, and others keep the machine busy.
    @Suite(.serialized) enum StoreTests {}

    /// What the tests of the replay store share.
    enum StoreKit {
        /// How much longer the long tests run; 1 unless DPOP_SCALE says more.
        static let scale = max(1, ProcessInfo.processInfo.environment["DPOP_SCALE"].flatMap { Int($0) } ?? 1)

        /// Whether nothing else runs here, so that times can be judged.
        static let isAlone = ProcessInfo.processInfo.environment["DPOP_ALONE"] == "1"

        /// The longest deadline that there is, where a test is not about it.
        static let patient = Duration.seconds(10)

        static func settings(
            _ port: Int, deadline: Duration = patient, password: String? = nil, user: String? = nil, database: Int = 0
        ) throws -> ValkeySettings {
            let name = user.map { $0 + "@" } ?? ""
            var settings = ValkeySettings(
                try ValkeyAddress("redis://\(name)127.0.0.1:\(port)/\(database)", password: password))
            settings.deadline = deadline
            return settings
        }

        /// The repository.
        static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()

        /// A file of the module, by its path there.
        static func source(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: root.appending(path: "Sources/DPoPValkey/" + path)), as: UTF8.self)
        }
    }

    extension Node {
        /// Claims a key at this node.
        func admit(
            _ key: ReplayKey, _ role: ValkeyStore.Role = .resourceServer, until deadline: UnixTime? = nil,
            now: UnixTime = .now()
        ) async -> ReplayOutcome {
            await store.replay(role).admit(key, until: deadline ?? now.advanced(bySeconds: 300), now: now)
        }

        /// Since when it says that memory reaches back; nil before it has seen the server.
        var since: UnixTime? {
            guard case .sinceLoss(let since, _) = store.replay(.resourceServer).memory else { return nil }
            return since
        }

        /// Claims new keys until one is the first.
        func recovers() async throws {
            try await eventually("claims are answered again") {
                await self.admit(try TestClaims.key()) == .firstSighting
            }
        }
    }

    extension ReplayOutcome {
        var isSeen: Bool { if case .seen = self { true } else { false } }
    }

    /// What a command at a scripted server is for.
    enum Step: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case auth, select, info, config, canarySet, canaryGet, firstProbe, secondProbe, claim, claimGet

        init?(_ words: [String]) {
            let key = words.dropFirst().first ?? ""
            switch words.first {
            case "AUTH": self = .auth
            case "SELECT": self = .select
            case "INFO": self = .info
            case "CONFIG": self = .config
            case "SET" where key.contains(":canary:"): self = .canarySet
            case "GET" where key.contains(":canary:"): self = .canaryGet
            case "SET" where key.contains(":probe:"): self = words[2] == "first" ? .firstProbe : .secondProbe
            case "SET" where Step.isClaim(key): self = .claim
            case "GET" where Step.isClaim(key): self = .claimGet
            // Of revocations.
            default: return nil
            }
        }

        private static func isClaim(_ key: String) -> Bool { key.contains(":rs:") || key.contains(":as:") }

        var testDescription: String { rawValue }
    }

    /// A server that is well but for what a test lets it do at some commands.
    final class FaultyServer: Sendable {
        typealias Fault = @Sendable (_ step: Step, _ words: [String], _ connection: Int) -> Reply?

        let fake: FakeValkey
        let server: ScriptedServer
        private let current: Locked<Fault?>
        /// How often the fault took the place of an answer.
        private let counter: Locked<Int>

        init(_ fake: FakeValkey = FakeValkey(), port: Int? = nil, fault: Fault? = nil) async throws {
            let current = Locked<Fault?>(fault)
            let counter = Locked(0)
            self.fake = fake
            self.current = current
            self.counter = counter
            server = try await ScriptedServer(port: port) { words, connection in
                if let step = Step(words), let fault = current.withLock({ $0 }),
                    let reply = fault(step, words, connection)
                {
                    counter.withLock { $0 += 1 }
                    return reply
                }
                return fake.answer(words, connection)
            }
        }

        deinit { server.stop() }

        var port: Int { server.port }

        /// From now on; nil: it is well.
        func set(_ fault: Fault?) { current.withLock { $0 = fault } }

        /// How often the fault was met.
        var met: Int { counter.withLock { $0 } }

        /// How many connections were made for claims until now.
        var handshakes: Int { server.received.count { Step($0) == .firstProbe } }

        /// The claims that came until now.
        var claims: [[String]] { server.received.filter { Step($0) == .claim } }
    }
#endif
