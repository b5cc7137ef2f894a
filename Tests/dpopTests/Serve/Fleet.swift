#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    /// Several `dpop serve` behind one origin, with an audit file each.
    final class Fleet {
        static let origin = "https://fleet.example"

        let bench: Workbench
        let servers: [RunningServer]
        private let audits: [String]
        private let signingKey: String

        /// - Parameters:
        ///   - store: the URL that all are given; nil for memory.
        ///   - arguments: more of each.
        ///   - other: a fleet whose tokens this one takes.
        init(_ count: Int = 3, store: String?, _ arguments: [String] = [], sharing other: Fleet? = nil) throws {
            let bench = try Workbench()
            let key = other?.signingKey ?? bench.path("signing.pem")
            if other == nil { try #require(try bench.dpop("key", "new", "--out", key).status == 0) }
            // Far longer than an answer takes on a machine that runs other tests: what is refused here is no slow answer.
            let replay = store.map { ["--replay", $0, "--replay-deadline", "10000"] } ?? []
            let audits = (0..<count).map { bench.path("audit-\($0)") }
            servers = try audits.map { audit in
                try RunningServer(
                    ["--signing-key", key, "--audit", audit] + replay + arguments, origin: Fleet.origin)
            }
            self.bench = bench
            self.audits = audits
            signingKey = key
        }

        /// A client of all of them, with a token, when each of them takes its proofs.
        func client() throws -> (client: ServedClient, token: String) {
            let client = try ServedClient(servers[0])
            var token: String?
            try waitUntil("no token") {
                token = try client.issue(at: servers[0])
                return token != nil
            }
            let issued = try #require(token)
            for server in servers {
                try waitUntil("no use of the resource") { try client.at(server).use(issued).status == 200 }
                try waitUntil("no token") { try client.issue(at: server) != nil }
            }
            return (client, issued)
        }

        /// How often each proof met which fate at one kind of endpoint, over all servers: by the hash of its `jti`, and
        /// then by the code, or `granted`.
        func fates(at endpoint: String = "resource") throws -> [String: [String: Int]] {
            var fates: [String: [String: Int]] = [:]
            for audit in audits {
                let lines = try String(contentsOfFile: audit, encoding: .utf8).split(separator: "\n")
                for line in lines {
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    let event = try #require(object as? [String: Any])
                    guard event["endpoint"] as? String == endpoint, let proof = event["proof"] as? [String: Any]
                    else { continue }
                    let hash = try #require(proof["jtiHash"] as? String)
                    let fate = try #require((event["code"] ?? event["decision"]) as? String)
                    fates[hash, default: [:]][fate, default: 0] += 1
                }
            }
            return fates
        }
    }

    extension ServedClient {
        /// A token by client credentials, with a nonce if one is asked for; nil if there is none.
        func issue(at server: RunningServer) throws -> String? {
            let client = at(server)
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let reply = try client.token(form)
            guard reply.error == "use_dpop_nonce" else { return reply.text("access_token") }
            return try client.token(form, nonce: reply.field("DPoP-Nonce")).text("access_token")
        }
    }
#endif
