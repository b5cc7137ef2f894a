import Testing

@testable import DPoPCore

/// Our own vectors through the front door.
@Suite struct ProofVectorTests {
    @Test("every vector has the verdict of its label, in one step, in three and through an asynchronous store")
    func verdicts() async {
        var accepted = 0
        var codes: Set<String> = []
        for vector in ProofVector.all {
            #expect(Verdict(vector) == .whole(vector, in: vector.makeStore()), "\(vector.id): \(vector.title)")
            #expect(Verdict(vector) == .steps(vector, in: vector.makeStore()), "\(vector.id), check, bind and admit")
            let async = await Verdict.awaited(vector, in: AnyReplayStore(vector.makeStore()))
            #expect(Verdict(vector) == async, "\(vector.id), asynchronous store")
            if let code = vector.expect.code { codes.insert(code) } else { accepted += 1 }
        }
        let count = ProofVector.all.count
        print("vectors: own: \(count) run, \(accepted) accepted, \(count - accepted) rejected, \(codes.count) codes")
        #expect(count > 1_000)
    }

    @Test("names are unique, and whatever one vector names is there")
    func names() {
        #expect(ProofVector.named.count == ProofVector.all.count)
        for vector in ProofVector.all {
            #expect(vector.before.count == vector.after?.count ?? 0, "\(vector.id): after")
            #expect((vector.accessToken == nil) == (vector.jkt == nil), "\(vector.id): token and jkt go together")
            let algorithms = vector.policy?.algorithms ?? []
            #expect(algorithms.allSatisfy { SigningAlgorithm(rawValue: $0) != nil }, "\(vector.id): algorithms")
            #expect(vector.jkt.map { Thumbprint($0) != nil } ?? true, "\(vector.id): jkt")
            #expect(!vector.attacks.isEmpty, "\(vector.id): attacks")
        }
    }

    @Test("every rejected vector has a twin that is labelled accepted")
    func twins() {
        for vector in ProofVector.all where vector.expect.verdict == "rejected" {
            let twin = vector.twin.flatMap { ProofVector.named[$0] }
            #expect(twin?.expect.verdict == "accepted", "\(vector.id)")
        }
    }

    /// Codes that no vector can show.
    private let withoutVector: [ProofRejection.Code: String] = [
        .keyRevoked: "decided by a server's list of revoked keys, not from a proof",
        .cryptoFailure: "libcrypto must fail; the test of failing allocations shows it",
    ]

    @Test("every rejection code has a vector")
    func codes() {
        let shown = Set(ProofVector.all.compactMap { $0.expect.code })
        for code in ProofRejection.Code.allCases {
            #expect(shown.contains(code.rawValue) != (withoutVector[code] != nil), "\(code.rawValue)")
        }
        #expect(shown.isSubset(of: ProofRejection.Code.allCases.map(\.rawValue)))
    }
}

/// What became of a proof, in the words of the vectors.
private enum Verdict: Equatable {
    case accepted(jkt: String?)
    case rejected(code: String?, claim: String?, error: String?, signatureVerified: Bool?)

    init(_ vector: ProofVector) {
        let expect = vector.expect
        self =
            expect.verdict == "accepted"
            ? .accepted(jkt: expect.jkt)
            : .rejected(
                code: expect.code, claim: expect.claim, error: expect.error,
                signatureVerified: expect.signatureVerified)
    }

    init(_ rejection: ProofRejection) {
        self = .rejected(
            code: rejection.code.rawValue, claim: rejection.claim?.rawValue, error: rejection.wireError?.rawValue,
            signatureVerified: rejection.signatureVerified)
    }

    /// `verify`, synchronous.
    static func whole(_ vector: ProofVector, in store: some SynchronousReplayStore) -> Verdict {
        for earlier in vector.before { _ = Verdict.one(earlier, store) }
        return one(vector, store)
    }

    private static func one(_ vector: ProofVector, _ store: some SynchronousReplayStore) -> Verdict {
        let verifier = ProofVerifier(policy: vector.verificationPolicy, replay: store)
        do throws(ProofRejection) {
            let verified = try verifier.verify(vector.proof, for: vector.request, now: vector.time)
            return .accepted(jkt: verified.thumbprint.jkt)
        } catch {
            return Verdict(error)
        }
    }

    /// `check`, `bind` and `admit`.
    static func steps(_ vector: ProofVector, in store: some SynchronousReplayStore) -> Verdict {
        for earlier in vector.before { _ = Verdict.one(earlier, store) }
        let verifier = ProofVerifier(policy: vector.verificationPolicy, replay: store)
        do throws(ProofRejection) {
            let checked = try verifier.check(vector.proof, for: vector.request, now: vector.time)
            let bound: BoundProof =
                if let jkt = vector.jkt.flatMap({ Thumbprint($0) }) {
                    try checked.bind(to: jkt)
                } else {
                    try checked.bindingNewToken()
                }
            return .accepted(jkt: try bound.admit(now: vector.time).thumbprint.jkt)
        } catch {
            return Verdict(error)
        }
    }

    /// `verify` with a store that may suspend.
    static func awaited(_ vector: ProofVector, in store: AnyReplayStore) async -> Verdict {
        var verdict = Verdict.accepted(jkt: nil)
        for vector in vector.before + [vector] {
            let verifier = ProofVerifier(policy: vector.verificationPolicy, replay: store)
            do throws(ProofRejection) {
                let verified = try await verifier.verify(vector.proof, for: vector.request, now: vector.time)
                verdict = .accepted(jkt: verified.thumbprint.jkt)
            } catch {
                verdict = Verdict(error)
            }
        }
        return verdict
    }
}
