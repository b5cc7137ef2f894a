import CBare
import DPoPCore

/// How the figures move with the number of keys, of remembered proofs and of threads.
struct ScaleRows {
    let quick: Bool
    private let batch = 16

    @concurrent
    func curves(_ table: Table) async throws -> Table {
        var table = table
        table.add(try remembered())
        table.add(try await keys())
        table.add(try threads())
        return table
    }

    // MARK: Keys

    /// So many keys in turn through one verifier with tables of the default size.
    private func keys() async throws -> Curve {
        var curve = Curve(
            "Keys in turn through one verifier with default tables",
            ["keys", "us", "bare us", "ratio", "keys with tables, %"])
        for count in quick ? [1, 10, 100] : [1, 10, 100, 1_000, 10_000, 100_000] {
            let (pair, share) = try await verify(keys: count)
            curve.add(count, pair.ours / 1_000, pair.reference / 1_000, pair.ratio, share * 100)
        }
        return curve
    }

    /// Up to 1,000 keys are used until as many as can have tables have some, more of them twice.
    private func verify(keys count: Int) async throws -> (Pair, tables: Double) {
        let uri = try Inputs.targetURI()
        let busy = try await BusyKeys(count: count <= 1_000 ? count : 0)
        let verifier = busy.verifier
        let clients = count <= 1_000 ? busy.clients : try (0..<count).map { _ in try Client(.es256) }
        if count > 1_000 {
            for _ in 0..<2 {
                for client in clients { _ = try await verifier.verify(try client.proof(uri), for: client.request(uri)) }
            }
        }
        // The next keys in turn, of 100,000 only some.
        let timed = quick ? 1_024 : 8_192
        let samples: [Sample]
        if count < timed {
            samples = try Inputs.samples(try clients.map { try $0.with(proofs: (timed + count - 1) / count) })
        } else {
            samples = try Inputs.samples(try clients[..<timed].map { try $0.with(proofs: 1) })
        }
        var rounds = Rounds()
        for start in stride(from: 0, to: samples.count - batch + 1, by: batch) {
            let chunk = samples[start..<start + batch]
            try rounds.round(of: batch) {
                for sample in chunk { try verifySync(sample, uri, verifier) }
            } reference: {
                try bareVerify(chunk)
            }
        }
        for sample in samples { bare_case_free(sample.bare) }
        return (rounds.result, Double(busy.tables) / Double(count))
    }

    /// The way without suspension, which an asynchronous function does not pick.
    private func verifySync(_ sample: Sample, _ uri: TargetURI, _ verifier: ProofVerifier<MemoryReplayCache>) throws {
        _ = try verifier.verify(sample.proof, for: sample.request(uri))
    }

    // MARK: Remembered proofs

    private func remembered() throws -> Curve {
        var curve = Curve("Proofs that the memory cache remembers", ["live", "ns an admit", "bytes an entry"])
        let keys = try ReplayKeys()
        let now = UnixTime(seconds: 1_800_000_000)
        let deadline = now.advanced(bySeconds: 71)
        for live in quick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
            let before = bare_resident_bytes()
            let cache = MemoryReplayCache(
                capacity: max(1_000_000, live * 2), keyShare: .unlimited, memory: .startsEmpty)
            func admit(_ keys: [ReplayKey]) throws {
                for key in keys where cache.admit(key, until: deadline, now: now) != .firstSighting {
                    throw Trouble("the cache refused a new entry")
                }
            }
            for start in stride(from: 0, to: live, by: 1_000) { try admit(keys.keys(start..<start + 1_000)) }
            let after = bare_resident_bytes()
            // A quarter more at the most, so that the size is still about what it says.
            let chunk = min(10_000, live / 10)
            var times: [Double] = []
            for start in stride(from: live, to: live + max(2 * chunk, min(live / 4, 500_000)), by: chunk) {
                let keys = keys.keys(start..<start + chunk)
                times.append(try time(chunk) { try admit(keys) })
            }
            curve.add(live, median(times), Double(after > before ? after - before : 0) / Double(live))
        }
        return curve
    }

    // MARK: Threads

    /// Returning keys without tables; each thread has keys of its own.
    private func threads() throws -> Curve {
        var curve = Curve(
            "Threads, returning keys without tables", ["threads", "verified per ms", "to one", "bare verify to one"])
        let (each, rounds) = (512, quick ? 3 : 15)
        let cores = Machine.cores
        let uri = try Inputs.targetURI()
        let groups = try (0..<cores).map { _ in try Inputs.clients(16, proofs: 8) }
        nonisolated(unsafe) let samples = try groups.map { try Inputs.samples($0) }
        let verifier = Inputs.verifier()
        for client in groups.joined() {
            for _ in 0..<4 { _ = try verifier.verify(try client.proof(uri), for: client.request(uri)) }
        }
        var (one, oneBare) = (0.0, 0.0)
        for count in 1...cores {
            var (ours, bare) = ([Double](), [Double]())
            for _ in 0..<rounds {
                let work = try groups[..<count].map { clients in
                    try (0..<each).map { turn in
                        let client = clients[turn % clients.count]
                        return (try client.proof(uri), client.request(uri))
                    }
                }
                let time = try onThreads(count) { number in
                    for (proof, request) in work[number] { _ = try verifier.verify(proof, for: request) }
                }
                ours.append(Double(count * each) / time * 1e6)
                let control = try onThreads(count) { number in
                    let samples = samples[number]
                    for turn in 0..<each where bare_verify(samples[turn % samples.count].bare) != 1 {
                        throw Trouble("bare verify failed")
                    }
                }
                bare.append(Double(count * each) / control * 1e6)
            }
            if count == 1 { (one, oneBare) = (median(ours), median(bare)) }
            curve.add(count, median(ours), median(ours) / one, median(bare) / oneBare)
        }
        return curve
    }
}
