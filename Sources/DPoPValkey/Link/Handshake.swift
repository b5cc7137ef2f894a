#if Valkey
    import DPoPCore
    import NIOCore

    /// What is found out on each new connection before any claim: who may use it, which run of which server it is, that
    /// the server drops nothing, how claims are decided, and the canaries.
    ///
    /// The mode is found out by two claims of a key that nobody else has, not from a version.
    final class Handshake {
        struct Result {
            let info: ServerInfo
            let mode: ClaimMode
            /// Those of the partitions that the server has.
            let canaries: [Int: Canary]
            /// Where the server says that other partitions are.
            let elsewhere: [Int: NodeAddress]
        }

        enum Failure: Error, Hashable {
            /// No answer, or not one of a server that can be used.
            case noServer
            case denied
            case evicting
            /// It has no room for a canary or a claim.
            case full
            /// It is part of a cluster, which has no such database.
            case clusterDatabase
            /// It is a replica, and has no partition of its own.
            case replica(elsewhere: [Int: NodeAddress])
        }

        private let link: Link
        private let address: ValkeyAddress
        private var keys: KeySpace
        private let observe: (ValkeyEvent) -> Void
        private var completion: ((Swift.Result<Result, Failure>) -> Void)?

        /// - Parameter completion: is called once.
        init(
            _ link: Link, _ address: ValkeyAddress, _ keys: KeySpace, observe: @escaping (ValkeyEvent) -> Void,
            completion: @escaping (Swift.Result<Result, Failure>) -> Void
        ) {
            self.link = link
            self.address = address
            self.keys = keys
            self.observe = observe
            self.completion = completion
        }

        private func end(_ result: Swift.Result<Result, Failure>) {
            let completion = completion
            self.completion = nil
            completion?(result)
        }

        // MARK: Who is there

        func begin() {
            var commands: [Command] = []
            if let password = address.password { commands.append(.auth(user: address.user, password: password)) }
            if address.database != 0 { commands.append(.select(address.database)) }
            let greetings = commands.count
            commands += [.info, .configGet("maxmemory-policy")]
            link.call(commands) { replies in
                guard let replies else { return self.end(.failure(.noServer)) }
                if self.address.database != 0, case .bulk(let text) = replies[greetings],
                    ServerInfo(text)?.isCluster == true
                {
                    return self.end(.failure(.clusterDatabase))
                }
                for reply in replies.prefix(greetings) where reply != .simple("OK") {
                    return self.end(.failure(Handshake.isDenial(reply) ? .denied : .noServer))
                }
                self.identify(replies[greetings], policy: replies[greetings + 1])
            }
        }

        private static func isDenial(_ reply: RESPValue) -> Bool {
            guard case .error(let error) = reply else { return false }
            return [.noAuth, .wrongPassword, .noPermission].contains(error.kind)
        }

        /// What an answer that is an error, or none that belongs there, says of the server.
        private static func failure(_ reply: RESPValue) -> Failure {
            if case .error(let error) = reply, error.kind == .outOfMemory { return .full }
            return isDenial(reply) ? .denied : .noServer
        }

        private func identify(_ reply: RESPValue, policy: RESPValue) {
            guard case .bulk(let text) = reply, let info = ServerInfo(text) else {
                return end(.failure(Handshake.isDenial(reply) ? .denied : .noServer))
            }
            // Alone, a server has its own role and one memory; in a cluster a replica still tells where the parts are.
            guard info.isPrimary || info.isCluster else { return end(.failure(.replica(elsewhere: [:]))) }
            let policies = [Handshake.policy(policy), info.evictionPolicy].compactMap(\.self)
            guard policies.allSatisfy({ $0 == "noeviction" }) else { return end(.failure(.evicting)) }
            if policies.isEmpty { observe(ValkeyEvent(.evictionPolicyUnknown, server: address.description)) }
            keys.isCluster = info.isCluster
            readCanaries(info)
        }

        private static func policy(_ reply: RESPValue) -> String? {
            guard case .array(let pair) = reply, pair.count == 2, pair[0] == .bulk(Array("maxmemory-policy".utf8)),
                case .bulk(let value) = pair[1]
            else { return nil }
            return String(decoding: value, as: UTF8.self)
        }

        // MARK: What it remembers since when

        private func readCanaries(_ info: ServerInfo) {
            let partitions = 0..<keys.partitionCount
            guard let commands = keys.readingCanaries(partitions, info.reign) else {
                return end(.failure(.noServer))
            }
            link.call(commands) { replies in
                guard let replies else { return self.end(.failure(.noServer)) }
                var canaries: [Int: Canary] = [:]
                var elsewhere: [Int: NodeAddress] = [:]
                for partition in partitions {
                    switch replies[2 * partition + 1] {
                    case .bulk(let value):
                        guard let canary = Canary(value) else { return self.end(.failure(.noServer)) }
                        canaries[partition] = canary
                    case .error(let error):
                        switch error.kind {
                        case .moved(_, let node) where info.isCluster: elsewhere[partition] = node
                        // On its way elsewhere, or not served just now: not this server's, for the time being.
                        case .ask where info.isCluster, .tryAgain where info.isCluster,
                            .clusterDown where info.isCluster:
                            continue
                        default: return self.end(.failure(Handshake.failure(.error(error))))
                        }
                    default:
                        // None could be made.
                        return self.end(.failure(Handshake.failure(replies[2 * partition])))
                    }
                }
                guard info.isPrimary, let own = canaries.keys.min() else {
                    return self.end(.failure(elsewhere.isEmpty ? .noServer : .replica(elsewhere: elsewhere)))
                }
                self.probe(info, canaries, elsewhere, on: own)
            }
        }

        // MARK: How it decides

        private func probe(
            _ info: ServerInfo, _ canaries: [Int: Canary], _ elsewhere: [Int: NodeAddress], on partition: Int
        ) {
            guard let name = Symbols.random() else { return end(.failure(.noServer)) }
            let key = keys.probe(partition, name)
            let texts = ["first", "second"].map { Array($0.utf8) }
            let commands = texts.map {
                Command.set(key: key, value: $0, milliseconds: 1_000, onlyIfAbsent: true, returningOld: true)
            }
            link.call(commands) { replies in
                guard let replies else { return self.end(.failure(.noServer)) }
                let mode: ClaimMode
                switch (replies[0], replies[1]) {
                case (.null, .bulk(texts[0])): mode = .returningOld
                // Before 7.0 the two words do not go together.
                case (.error(let one), .error(let other)) where one.kind == .syntax && other.kind == .syntax:
                    mode = .plain
                case (.error, _): return self.end(.failure(Handshake.failure(replies[0])))
                default: return self.end(.failure(.noServer))
                }
                self.end(.success(Result(info: info, mode: mode, canaries: canaries, elsewhere: elsewhere)))
            }
        }
    }
#endif
