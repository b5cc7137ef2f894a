#if Observability
    import DPoPCore

    @testable import DPoPServer

    /// Events as a guard makes them, and such as none would.
    enum Events {
        static let jkt = key.publicJWK.thumbprint

        private static let key: SigningKey = {
            do { return try SigningKey.generate(.es256) } catch { fatalError("no key: \(error)") }
        }()

        static func event(
            _ decision: DecisionEvent.Decision, _ code: DecisionCode? = nil, scheme: DecisionEvent.Scheme? = .dpop,
            confirmation: DecisionEvent.ConfirmationKind? = .jkt, isVerified: Bool? = true
        ) -> DecisionEvent {
            DecisionEvent(
                time: UnixTime(seconds: 1_700_000_000), decision: decision, endpoint: .resource, code: code,
                reason: code.map { _ in "more than one DPoP field" }, scheme: scheme, method: "GET",
                targetURI: "https://api.example.com/me", proof: isVerified.map { facts($0) },
                clientAddress: "192.0.2.7", requestID: "r1", subject: "alice", clientID: "app",
                tokenExpiresAt: UnixTime(seconds: 1_700_000_600), confirmation: confirmation,
                replayLatency: .microseconds(25), firstSeenAt: nil)
        }

        static func facts(_ isVerified: Bool) -> ProofFacts {
            // Read from a proof that the key made, as a guard does.
            guard let target = try? TargetURI("https://api.example.com/me"),
                let proof = try? ProofBuilder(signer: key).proof(
                    method: "GET", targetURI: target, issuedAt: UnixTime(seconds: 1_700_000_002)),
                let decoded = try? DecodedProof(decoding: proof, policy: .default)
            else { fatalError("no proof") }
            return ProofFacts(
                decoded.claims, decoded.publicKey.thumbprint, now: UnixTime(seconds: 1_700_000_000),
                signatureVerified: isVerified)
        }

        private static let base = event(.denied)

        /// With a text of any kind in every place for a text, and any numbers.
        static func random(_ random: inout some RandomNumberGenerator) -> DecisionEvent {
            var event = base
            event.decision = DecisionEvent.Decision.allCases.randomElement(using: &random) ?? .denied
            event.endpoint = DecisionEvent.Endpoint.allCases.randomElement(using: &random) ?? .token
            event.scheme = ([nil] + DecisionEvent.Scheme.allCases).randomElement(using: &random) ?? nil
            event.code =
                Bool.random(using: &random)
                ? DecisionCode.allCases.randomElement(using: &random)
                : DecisionCode(rawValue: text(&random))
            event.reason = text(&random)
            event.method = text(&random)
            event.targetURI = text(&random)
            event.clientAddress = text(&random)
            event.requestID = text(&random)
            event.subject = text(&random)
            event.clientID = text(&random)
            event.tokenExpiresAt = UnixTime(seconds: .random(in: .min ... .max, using: &random))
            event.replayLatency = .nanoseconds(Int64.random(in: 0...1_000_000_000, using: &random))
            event.proof?.htm = text(&random)
            event.proof?.htu = text(&random)
            event.proof?.jtiHash = text(&random)
            event.proof?.ath = text(&random)
            event.proof?.clockSkew = .random(in: .min ... .max, using: &random)
            event.proof?.signatureVerified = .random(using: &random)
            return event
        }

        private static func text(_ random: inout some RandomNumberGenerator) -> String {
            let pieces = [
                "\r\n", "\n", " dpop.decision=granted", "\"", "\\", "\u{2028}", "\u{1B}[2J", "\0", "é", "x", "=",
            ]
            // Now and then longer than what is written.
            let length = Int.random(in: 0...(Int.random(in: 0..<32, using: &random) == 0 ? 1_000 : 8), using: &random)
            return (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
    }
#endif
