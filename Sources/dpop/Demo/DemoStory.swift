import DPoPCore

/// What the demonstration shows: each scene is a request with a real proof, judged through the public interface.
struct DemoStory {
    struct Act {
        let title: String
        /// One word for `--json`.
        let who: String
        var scenes: [Scene]
    }

    struct Scene {
        let words: String
        /// Nil: to be accepted.
        let expectedCode: String?
        /// Nil: accepted.
        let code: String?

        var verdict: String { code == nil ? "accepted" : "rejected" }
        var isAsExpected: Bool { code == expectedCode }
    }

    let agent: Thumbprint
    let place: String
    let acts: [Act]

    var isAsExpected: Bool { acts.allSatisfy { $0.scenes.allSatisfy(\.isAsExpected) } }

    static func play(on stage: some DemoStage, now: UnixTime) async throws -> DemoStory {
        let (calendar, contacts) = (stage.calendar, stage.contacts)
        let agent = ProofBuilder(signer: try SigningKey.generate(.es256))
        let thief = ProofBuilder(signer: try SigningKey.generate(.es256))
        let jkt = agent.signer.publicJWK.thumbprint
        let token = try await stage.issueToken(
            agent.proof(method: "POST", targetURI: stage.tokenEndpoint, issuedAt: now))

        func scene(
            _ words: String, _ expectedCode: String?, _ method: String, _ targetURI: TargetURI, with proof: String?
        ) async throws -> Scene {
            let code = try await stage.use(token, issuedTo: jkt, method, targetURI, proof: proof)
            return Scene(words: words, expectedCode: expectedCode, code: code)
        }
        func refused(
            _ words: String, _ code: ProofRejection.Code, _ method: String = "GET", _ targetURI: TargetURI? = nil,
            with proof: String
        ) async throws -> Scene {
            try await scene(words, code.rawValue, method, targetURI ?? calendar, with: proof)
        }
        func agentProof(_ method: String, issuedAt: UnixTime = now, accessToken: String? = nil) throws -> String {
            try agent.proof(
                method: method, targetURI: calendar, accessToken: accessToken ?? token, issuedAt: issuedAt)
        }

        let captured = try agentProof("GET")
        let intercepted = try agentProof("GET")
        let uses = [
            try await scene("GET  \(calendar)", nil, "GET", calendar, with: captured),
            try await scene("POST \(calendar)", nil, "POST", calendar, with: try agentProof("POST")),
            try await scene("GET  \(calendar), a new proof", nil, "GET", calendar, with: try agentProof("GET")),
        ]
        let thefts = [
            try await scene(
                "the token sent as is, with no proof to verify", stage.codeWithoutProof, "GET", calendar, with: nil),
            try await refused(
                "with a proof by the thief's own key", .keyBindingMismatch,
                with: try thief.proof(method: "GET", targetURI: calendar, accessToken: token, issuedAt: now)),
            try await refused("the agent's first proof, captured and sent again", .replayed, with: captured),
            try await refused(
                "a proof stopped on its way, for another URL", .targetMismatch, "GET", contacts, with: intercepted),
            try await refused("the same one, for another method", .methodMismatch, "DELETE", with: intercepted),
            try await refused(
                "an unused proof of ten minutes ago", .issuedTooLongAgo,
                with: try agentProof("GET", issuedAt: now.advanced(bySeconds: -600))),
            try await refused(
                "a proof that the agent made for another token", .accessTokenHashMismatch,
                with: try agentProof("GET", accessToken: "another access token")),
        ]
        let twin = try await scene(
            "the proof that was stopped, where it was meant", nil, "GET", calendar, with: intercepted)
        return DemoStory(
            agent: jkt, place: stage.place,
            acts: [
                Act(title: "The agent uses its token, each time with a fresh proof", who: "agent", scenes: uses),
                Act(title: "A thief has the same token and tries", who: "thief", scenes: thefts),
                Act(title: "What is refused uses nothing up", who: "agent", scenes: [twin]),
            ])
    }
}
