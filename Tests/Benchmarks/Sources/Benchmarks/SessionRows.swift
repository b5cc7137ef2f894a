import CBare
import DPoPClient
import DPoPCore
import HTTPTypes

/// What a client's session costs beyond the builder in it: target, nonce, the server's clock, header fields.
struct SessionRows {
    let quick: Bool
    private let batch = 16

    /// A request to an origin that is known, of which path and query are new.
    private struct Item {
        let request: HTTPRequest
        let uri: TargetURI
    }

    private struct Kit {
        let session: DPoPSession<SigningKey>
        let token: BoundToken
        let samples: [Sample]
        let nonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v"
    }

    /// Off the main actor, so that tasks start on the pool's threads at once.
    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        let kit = try makeKit()
        try await beyondTheBuilder(&table, kit)
        try await threads(&table, kit)
        return table
    }

    /// Session, builder and bare signature in turns over the same requests. The
    /// builder is given all that the session gives it, the time too, so that reading the clock counts for the session.
    private func beyondTheBuilder(_ table: inout Table, _ kit: Kit) async throws {
        let items = try makeItems(quick ? 1_600 : 16_000)
        let now = UnixTime.now()
        var turns = Turns(sides: 3)
        for start in stride(from: 0, to: items.count, by: batch) {
            let chunk = items[start..<start + batch]
            try await turns.round(of: batch) { side in
                switch side {
                case 0: for item in chunk { _ = try kit.session.sign(item.request, with: kit.token) }
                case 1:
                    for item in chunk {
                        _ = try kit.session.builder.proof(
                            method: Inputs.method, targetURI: item.uri, accessToken: kit.token.accessToken,
                            nonce: kit.nonce, issuedAt: now)
                    }
                default: try bareSign(kit.samples)
                }
            }
        }
        table.add(
            "session beyond the builder in it, in bare signatures", beyond: turns.pair(0, to: 1),
            bare: turns.pair(2, to: 2).ours, .atMost(0.15))
    }

    /// 1,000 tasks of eight requests each on the pool's threads, two where there are two cores, against one task that
    /// signs the same 8,000 requests one after the other; and beside it what two cores give to bare signatures.
    private func threads(_ table: inout Table, _ kit: Kit) async throws {
        let (tasks, each) = (1_000, 8)
        let items = try makeItems(tasks * each)
        let (session, token) = (kit.session, kit.token)
        nonisolated(unsafe) let cases = kit.samples.map(\.bare)
        let half = items.count / 2
        var (scaling, control) = (Rounds(), Rounds())
        for _ in 0..<(quick ? 3 : 21) {
            try await scaling.round(of: items.count) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for start in stride(from: 0, to: items.count, by: each) {
                        group.addTask {
                            for item in items[start..<start + each] { _ = try session.sign(item.request, with: token) }
                        }
                    }
                    try await group.waitForAll()
                }
            } reference: {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for item in items { _ = try session.sign(item.request, with: token) } }
                    try await group.waitForAll()
                }
            }
            await control.round(of: items.count) {
                await withTaskGroup(of: Void.self) { group in
                    // Not the same cases, so that nothing is shared.
                    group.addTask { for turn in 0..<half { _ = bare_sign(cases[turn % 8]) } }
                    group.addTask { for turn in 0..<half { _ = bare_sign(cases[8 + turn % 8]) } }
                    await group.waitForAll()
                }
            } reference: {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { for turn in 0..<2 * half { _ = bare_sign(cases[turn % 16]) } }
                    await group.waitForAll()
                }
            }
        }
        for (name, pair, limit) in [
            ("session, 1,000 tasks on two threads against one task", scaling.result, Limit.atLeast(1.7)),
            ("what this machine gives: bare signatures, two threads against one", control.result, nil),
        ] {
            table.add(
                name, "per ms", 1_000_000 / pair.ours, 1_000_000 / pair.reference, 1 / pair.ratio, limit,
                machine: 1 / control.result.ratio)
        }
    }

    private func makeKit() throws -> Kit {
        let clients = [try Inputs.client(.es256, proofs: batch)]
        let session = DPoPSession(signer: clients[0].key)
        // A bound token comes from a token response alone.
        let asked = try session.signTokenRequest(
            HTTPRequest(method: .post, scheme: "https", authority: "as.example.com", path: "/token"))
        let answer = "{\"access_token\":\"\(clients[0].accessToken)\",\"token_type\":\"DPoP\"}"
        let given = try TokenResponse(HTTPResponse(status: .ok), body: Array(answer.utf8), to: asked)
        guard case .bound(let token) = given.credential else { throw Trouble("no bound token") }
        let kit = Kit(session: session, token: token, samples: try Inputs.samples(clients))
        // One answer, so that the nonce is known.
        let signed = try session.sign(try makeItems(1)[0].request, with: token)
        guard let name = HTTPField.Name("DPoP-Nonce") else { throw Trouble("no field name") }
        _ = signed.assess(HTTPResponse(status: .ok, headerFields: [name: kit.nonce]))
        return kit
    }

    private func makeItems(_ count: Int) throws -> [Item] {
        try (0..<count).map { number in
            let path = "/accounts/\(7_300_000 + number)"
            let request = HTTPRequest(
                method: .get, scheme: "https", authority: "api.example.com", path: "\(path)?page=\(number % 7)",
                headerFields: [.accept: "application/json", .userAgent: "benchmark"])
            return Item(request: request, uri: try TargetURI("https://api.example.com\(path)"))
        }
    }
}
