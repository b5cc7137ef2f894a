#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// Nodes that require nonces, and a client of theirs.
    struct AloneKit {
        let nonces: StatelessNonces
        let key: SigningKey
        let target: TargetURI

        init() throws {
            let secret = try NonceSecret((0..<32).map { _ in UInt8.random(in: 0...255) })
            nonces = try StatelessNonces(secrets: [secret], audience: .resourceServer)
            key = try SigningKey.generate(.es256)
            target = try TargetURI("https://api.example.com/token")
        }

        func settings(
            _ port: Int, _ failure: ValkeySettings.FailurePolicy = .degradeToLocal(capacity: 1_000)
        ) throws -> ValkeySettings {
            var settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(port)"))
            settings.failurePolicy = failure
            // So long that a busy machine is not taken for a server without an answer.
            settings.deadline = .seconds(2)
            return settings
        }

        func node(_ settings: ValkeySettings) throws -> Node {
            var policy = VerificationPolicy.default
            policy.nonces = .required(nonces)
            // All of it is one machine, and nobody has to wait for it after a start.
            policy.clockSkew = 0
            return try Node(settings, policy: policy)
        }

        /// - Parameter time: when its nonce was minted.
        func proof(nonceOf time: UnixTime = .now()) throws -> String {
            try ProofBuilder(signer: key).proof(method: "POST", targetURI: target, nonce: nonces.issue(now: time))
        }

        /// Why a proof is refused; nil if it is accepted.
        func code(_ proof: String, at node: Node) async -> ProofRejection.Code? {
            let request = RequestContext.tokenRequest(method: "POST", targetURI: target)
            do {
                _ = try await node.verifier.verify(proof, for: request)
                return nil
            } catch {
                return error.code
            }
        }

        /// Presents new proofs until one is accepted: since a nonce may be of before what counts.
        @discardableResult
        func acceptedProof(at node: Node) async throws -> String {
            var accepted = ""
            try await eventually("a proof is accepted") {
                accepted = try proof()
                return await code(accepted, at: node) == nil
            }
            return accepted
        }
    }
#endif
