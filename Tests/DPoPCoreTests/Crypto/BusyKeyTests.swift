import Foundation
import Testing

@testable import DPoPCore

/// Verifiers whose busy keys have tables.
@Suite struct BusyKeyTests {
    private func verifier(
        _ tables: KeyTables, path: CryptoPath = .direct
    ) -> ProofVerifier<MemoryReplayCache> {
        ProofVerifier(policy: .default, replay: MemoryReplayCache(memory: .startsEmpty), tables: tables, path: path)
    }

    private func proof(_ number: Int, _ key: SigningKey = CheckKit.key) -> CheckProof {
        CheckProof(key: key, jti: "\(number)", ath: false)
    }

    private func code(_ text: String, _ verifier: ProofVerifier<MemoryReplayCache>) -> ProofRejection.Code? {
        verifier.refused(text, for: CheckKit.tokenRequest)?.code
    }

    /// Tables of which somebody calls `step`.
    private func tables() -> KeyTables {
        KeyTables(most: 2, worksByItself: false) { point in
            P256Tables(point: point.span)
        }
    }

    @Test("a busy key's proofs have the verdicts that they had before")
    func verdicts() throws {
        let tables = tables()
        let verifier = verifier(tables)
        // The first two make the header known.
        for number in 0..<66 { #expect(code(proof(number).text, verifier) == nil) }
        #expect(tables.statistics.built == 0)
        _ = tables.step(now: CheckKit.now)
        #expect(tables.statistics.built == 1)
        for number in 66..<100 {
            let proof = proof(number)
            #expect(code(proof.badlySigned, verifier) == .badSignature)
            #expect(code(proof.text, verifier) == nil)
            #expect(code(proof.text, verifier) == .replayed)
            // The signature of another proof.
            let parts = proof.text.split(separator: ".")
            let others = self.proof(1_000 + number).text.split(separator: ".")
            #expect(code("\(parts[0]).\(parts[1]).\(others[2])", verifier) == .badSignature)
        }
    }

    @Test(
        "the tables that a key has are what its proofs are verified with",
        .enabled(if: !VerifyingKey.forcesTables, "this build makes tables of its own for every key"))
    func used() throws {
        let tables = tables()
        let verifier = verifier(tables)
        for number in 0..<2 { #expect(code(proof(number).text, verifier) == nil) }
        guard case .ec(_, let stranger) = try SigningKey.generate(.es256).publicJWK.material,
            case .ec(_, let own) = CheckKit.key.publicJWK.material
        else {
            Issue.record("not keys on a curve")
            return
        }
        let framing = try CompactJWS.Framing(proof(2).text.utf8.span)
        let found = verifier.headers.find(proof(2).text.utf8.span, framing.header)
        let entry = try #require(found)
        // By another key's tables its own signatures are wrong.
        entry.busy.tables = P256Tables(point: stranger.span)
        #expect(code(proof(2).text, verifier) == .badSignature)
        entry.busy.tables = P256Tables(point: own.span)
        #expect(code(proof(3).text, verifier) == nil)
        #expect(code(proof(4).badlySigned, verifier) == .badSignature)
    }

    @Test("attack 137: what is not admitted earns nothing: bad signatures, replays, and checks that use up nothing")
    func unearned() throws {
        let tables = tables()
        let verifier = verifier(tables)
        for number in 0..<2 { #expect(code(proof(number).text, verifier) == nil) }
        for number in 2..<700 { #expect(code(proof(number).badlySigned, verifier) == .badSignature) }
        for _ in 0..<700 { #expect(code(proof(0).text, verifier) == .replayed) }
        for number in 2..<700 {
            _ = try verifier.check(proof(number).text, for: CheckKit.tokenRequest, now: CheckKit.now)
        }
        #expect(tables.step(now: CheckKit.now) == nil)
        #expect(tables.statistics == KeyTables.Statistics())
        for number in 2..<66 { #expect(code(proof(number).text, verifier) == nil) }
        _ = tables.step(now: CheckKit.now)
        #expect(tables.statistics.built == 1)
    }

    @Test("attack 189: one key has one table, however many headers spell it and verifiers it comes to")
    func spellings() throws {
        // By this clock making takes no time, so all that were asked for are made at once.
        let instant = ContinuousClock.now
        let tables = KeyTables(
            most: 16, worksByItself: false, clock: { instant }, make: { point in P256Tables(point: point.span) })
        let verifiers = [verifier(tables), verifier(tables)]
        for spelling in 0..<4 {
            for (number, verifier) in verifiers.enumerated() {
                // Of each header enough to earn one.
                for jti in 0..<70 {
                    let proof = proof(100 * spelling + jti).parameter("kid", quoted("\(number) \(spelling)"))
                    #expect(code(proof.text, verifier) == nil)
                }
            }
        }
        while tables.step(now: CheckKit.now) == .zero {}
        #expect(tables.statistics.built == 1 && tables.statistics.tables == 1)
    }

    @Test("a key whose header is new to a verifier, or whose place was taken, finds its tables again")
    func foundAgain() throws {
        let tables = tables()
        let verifier = verifier(tables)
        for number in 0..<66 { #expect(code(proof(number).text, verifier) == nil) }
        _ = tables.step(now: CheckKit.now)
        let other = self.verifier(tables)
        for number in 0..<2 { #expect(code(proof(number).text, other) == nil) }
        let framing = try CompactJWS.Framing(proof(3).text.utf8.span)
        let entry = other.headers.find(proof(3).text.utf8.span, framing.header)
        #expect(entry?.busy.tables != nil)
    }

    @Test("attack 189: keys that come and go are not remembered without end")
    func forgotten() throws {
        let keys = BusyKeys()
        func key() throws -> PublicJWK { try SigningKey.generate(.es256, path: .direct).publicJWK }
        let known = try key()
        let held = keys.key(known)
        for _ in 0..<3_000 { _ = keys.key(try key()) }
        #expect(keys.count <= 1_025)
        #expect(keys.key(known) === held)
    }

    @Test(
        "keys that there are no tables for are counted, and verified as always",
        arguments: [(SigningAlgorithm.ed25519, CryptoPath.direct), (.es384, .direct), (.es256, .provider)])
    func ineligible(algorithm: SigningAlgorithm, path: CryptoPath) throws {
        let key = try SigningKey.generate(algorithm)
        let tables = tables()
        let verifier = verifier(tables, path: path)
        for number in 0..<66 { #expect(code(proof(number, key).text, verifier) == nil) }
        #expect(tables.statistics.ineligible == 1)
        #expect(tables.step(now: CheckKit.now) == nil)
        #expect(code(proof(66, key).badlySigned, verifier) == .badSignature)
    }

    @Test("the task makes tables by itself, and ends with the last verifier")
    func worker() async throws {
        weak var gone: KeyTables?
        do {
            let tables = KeyTables(memory: 1 << 20)
            gone = tables
            let verifier = verifier(tables)
            for number in 0..<66 { #expect(code(proof(number).text, verifier) == nil) }
            try await until { tables.statistics.built == 1 }
            #expect(code(proof(66).text, verifier) == nil)
        }
        try await until { gone == nil }
    }

    @Test("verifiers and tables that go while tables are being made leave nothing behind")
    func goneMeanwhile() async throws {
        let (started, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let made = Locked(Weak())
        weak var gone: KeyTables?
        do {
            let tables = KeyTables(most: 1) { point in
                started.signal()
                goOn.wait()
                let tables = P256Tables(point: point.span)
                made.withLock { $0 = Weak(value: tables, wasMade: tables != nil) }
                return tables
            }
            gone = tables
            guard case .ec(_, let point) = CheckKit.key.publicJWK.material else {
                Issue.record("not a key on a curve")
                return
            }
            let key = BusyKey(point: point)
            for _ in 0..<64 { tables.noteAdmitted(key, now: CheckKit.now) }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    started.wait()
                    continuation.resume()
                }
            }
        }
        goOn.signal()
        try await until { gone == nil }
        try await until { made.withLock { $0.wasMade && $0.value == nil } }
    }

    private struct Weak {
        weak var value: P256Tables?
        var wasMade = false
    }

    private func until(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(600)
        while !condition() {
            try #require(ContinuousClock.now < end)
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
