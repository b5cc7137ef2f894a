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
        let expectedCode: ProofRejection.Code?
        /// Nil: accepted.
        let rejection: ProofRejection?

        var verdict: String { rejection == nil ? "accepted" : "rejected" }
        var code: String { rejection?.code.rawValue ?? "" }
        var isAsExpected: Bool { rejection?.code == expectedCode }
    }

    let agent: Thumbprint
    let acts: [Act]

    var isAsExpected: Bool { acts.allSatisfy { $0.scenes.allSatisfy(\.isAsExpected) } }

    static func play(now: UnixTime) throws -> DemoStory {
        let tokenEndpoint = try TargetURI("https://as.example/token")
        let calendar = try TargetURI("https://api.example/calendar")
        let contacts = try TargetURI("https://api.example/contacts")
        let token = "the agent's access token"
        let agent = ProofBuilder(signer: try SigningKey.generate(.es256))
        let thief = ProofBuilder(signer: try SigningKey.generate(.es256))

        let verifier = ProofVerifier(policy: .default, replay: MemoryReplayCache(memory: .startsEmpty))
        // Issuing binds the token to the key of the proof that came with the token request.
        let issued = try verifier.verify(
            agent.proof(method: "POST", targetURI: tokenEndpoint, issuedAt: now),
            for: .tokenRequest(method: "POST", targetURI: tokenEndpoint), now: now)
        let jkt = issued.thumbprint

        func scene(
            _ words: String, _ expectedCode: ProofRejection.Code?, _ method: String, _ targetURI: TargetURI,
            with proof: String
        ) -> Scene {
            do {
                _ = try verifier.verify(
                    proof,
                    for: .resource(method: method, targetURI: targetURI, accessToken: token, boundTo: jkt), now: now)
                return Scene(words: words, expectedCode: expectedCode, rejection: nil)
            } catch {
                return Scene(words: words, expectedCode: expectedCode, rejection: error)
            }
        }
        func agentProof(_ method: String, issuedAt: UnixTime = now, accessToken: String = token) throws -> String {
            try agent.proof(method: method, targetURI: calendar, accessToken: accessToken, issuedAt: issuedAt)
        }

        let captured = try agentProof("GET")
        let intercepted = try agentProof("GET")
        let uses = [
            scene("GET  https://api.example/calendar", nil, "GET", calendar, with: captured),
            scene("POST https://api.example/calendar", nil, "POST", calendar, with: try agentProof("POST")),
            scene("GET  https://api.example/calendar, a new proof", nil, "GET", calendar, with: try agentProof("GET")),
        ]
        let thefts = [
            scene("the token sent as is, with no proof to verify", .malformedProof, "GET", calendar, with: ""),
            scene(
                "with a proof by the thief's own key", .keyBindingMismatch, "GET", calendar,
                with: try thief.proof(method: "GET", targetURI: calendar, accessToken: token, issuedAt: now)),
            scene("the agent's first proof, captured and sent again", .replayed, "GET", calendar, with: captured),
            scene("a proof stopped on its way, for another URL", .targetMismatch, "GET", contacts, with: intercepted),
            scene("the same one, for another method", .methodMismatch, "DELETE", calendar, with: intercepted),
            scene(
                "an unused proof of ten minutes ago", .issuedTooLongAgo, "GET", calendar,
                with: try agentProof("GET", issuedAt: now.advanced(bySeconds: -600))),
            scene(
                "a proof that the agent made for another token", .accessTokenHashMismatch, "GET", calendar,
                with: try agentProof("GET", accessToken: "another access token")),
        ]
        let twin = scene("the proof that was stopped, where it was meant", nil, "GET", calendar, with: intercepted)
        return DemoStory(
            agent: jkt,
            acts: [
                Act(title: "The agent uses its token, each time with a fresh proof", who: "agent", scenes: uses),
                Act(title: "A thief has the same token and tries", who: "thief", scenes: thefts),
                Act(title: "What is refused uses nothing up", who: "agent", scenes: [twin]),
            ])
    }
}
