import DPoPCore

/// A proof and what the server saw, to be judged.
struct Judgement {
    var proof: String
    var method: String
    var targetURI: TargetURI
    var accessToken: String?
    var boundThumbprint: Thumbprint?
    var policy: VerificationPolicy
    /// Nil: the system clock.
    var now: UnixTime?

    /// What an accepted proof shows.
    struct Acceptance {
        let thumbprint: Thumbprint
        let algorithm: SigningAlgorithm
        /// Whether nobody said what key the access token is bound to, so that a thief's key would do.
        let isBindingUnchecked: Bool
    }

    /// Checks the proof and uses it up in the store.
    func run(in store: RunReplayStore) throws(ProofRejection) -> Acceptance {
        let now = now ?? .now()
        let verifier = ProofVerifier(policy: policy, replay: store)
        let verified: VerifiedProof
        switch (accessToken, boundThumbprint) {
        case (let accessToken?, let boundThumbprint?):
            verified = try verifier.verify(
                proof,
                for: .resource(
                    method: method, targetURI: targetURI, accessToken: accessToken, boundTo: boundThumbprint),
                now: now)
        case (let accessToken?, nil):
            let checked = try verifier.check(
                proof,
                for: .resource(method: method, targetURI: targetURI, accessToken: accessToken, boundTo: nil), now: now)
            // Bound to itself, which shows nothing but lets it be used up; the answer says so.
            let own = checked.thumbprint
            verified = try checked.bind(to: own).admit(now: now)
        case (nil, let boundThumbprint?):
            let checked = try verifier.check(
                proof, for: .tokenRequest(method: method, targetURI: targetURI), now: now)
            verified = try checked.bind(to: boundThumbprint).admit(now: now)
        case (nil, nil):
            verified = try verifier.verify(
                proof, for: .tokenRequest(method: method, targetURI: targetURI), now: now)
        }
        return Acceptance(
            thumbprint: verified.thumbprint, algorithm: verified.algorithm,
            isBindingUnchecked: accessToken != nil && boundThumbprint == nil)
    }
}

extension Judgement.Acceptance {
    /// The members of an answer in JSON.
    var members: [(String, JSONOutput)] {
        [("verdict", .string("accepted")), ("jkt", .string(thumbprint.jkt))]
            + (isBindingUnchecked ? [("binding", .string("unchecked"))] : [])
    }

    var text: String {
        "accepted\njkt: \(thumbprint.jkt)\nalg: \(algorithm.rawValue)"
            + (isBindingUnchecked ? "\nbinding: unchecked" : "")
    }
}

extension ProofRejection {
    /// The members of an answer in JSON.
    var members: [(String, JSONOutput)] {
        [
            ("verdict", .string("rejected")), ("code", .string(code.rawValue)),
            ("claim", claim.map { .string($0.rawValue) } ?? .null),
            ("error", wireError.map { .string($0.rawValue) } ?? .null),
            ("reason", .string(reason)),
        ]
    }

    var text: String { "rejected \(self)" }
}
