import DPoPCore

// What a request must show: a proof by the token's key, the token's certificate, or, where that is allowed, nothing.

extension ResourceGuard {
    typealias Evidence = (AccessToken, VerifiedProof?, Grant.Evidence)

    /// A token under the DPoP scheme.
    func prove(_ use: inout TokenUse, at targetURI: TargetURI) async throws(Refusal) -> Evidence {
        guard configuration.dpop != .off else { throw Refusal(.schemeNotServed, .challenge(.invalidToken)) }
        guard let proof = use.proofs.first else { throw Refusal(.proofMissing, .challenge(.invalidDPoPProof)) }
        guard use.proofs.count == 1 else { throw Refusal(.proofRepeated, .challenge(.invalidDPoPProof)) }
        let context = RequestContext.resource(
            method: use.method, targetURI: targetURI, accessToken: use.token, boundTo: nil)
        let checked: CheckedProof<AnyReplayStore>
        do { checked = try verifier.check(proof, for: context, now: use.now) } catch { throw Refusal(error) }
        use.signatureVerified = true

        let (token, jkt) = try await boundToken(&use)
        let bound: BoundProof<AnyReplayStore>
        do { bound = try checked.bind(to: jkt) } catch { throw Refusal(error) }
        try await checkKeyStatus(token, &use)

        let verified = try await use.admit(bound)
        return (token, verified, .proof(verified))
    }

    /// A token under the Bearer scheme.
    ///
    /// It is looked at also where no bearer token is served, to tell a bound one, which was stolen perhaps; but not if
    /// that costs a call, which nobody has shown a proof for.
    func bear(_ use: inout TokenUse) async throws(Refusal) -> Evidence {
        let servesNone =
            configuration.metadataRequiresBoundTokens
            || (configuration.dpop == .required && use.connection.certificate == nil)
        guard !servesNone || tokens.answersLocally else {
            throw Refusal(.schemeNotServed, .challenge(.invalidToken))
        }
        let token = try await verified(&use)
        guard token.confirmation.jkt == nil else {
            throw Refusal(.boundTokenAsBearer, .challenge(.invalidToken))
        }
        guard !configuration.metadataRequiresBoundTokens else {
            throw Refusal(.unboundToken, .challenge(.invalidToken))
        }
        if let certificate = token.confirmation.certificate {
            try checkCertificate(certificate, use)
            return (token, nil, .certificate(certificate))
        }
        guard configuration.dpop != .required else { throw Refusal(.unboundToken, .challenge(.invalidToken)) }
        return (token, nil, .bearer)
    }

    /// The token under the DPoP scheme, with the key that it is bound to.
    func boundToken(_ use: inout TokenUse) async throws(Refusal) -> (AccessToken, Thumbprint) {
        let token = try await verified(&use)
        guard let jkt = token.confirmation.jkt else { throw Refusal(.unboundToken, .challenge(.invalidToken)) }
        if let certificate = token.confirmation.certificate { try checkCertificate(certificate, use) }
        return (token, jkt)
    }

    private func verified(_ use: inout TokenUse) async throws(Refusal) -> AccessToken {
        do {
            let token = try await tokens.verify(use.token, now: use.now)
            use.accessToken = token
            return token
        } catch {
            throw Refusal(error)
        }
    }

    private func checkCertificate(_ certificate: CertificateThumbprint, _ use: TokenUse) throws(Refusal) {
        guard let presented = use.connection.certificate else {
            throw Refusal(.certificateMissing, .challenge(.invalidToken))
        }
        guard presented == certificate else { throw Refusal(.certificateMismatch, .challenge(.invalidToken)) }
    }

    /// Revocation by key.
    func checkKeyStatus(_ token: AccessToken, _ use: inout TokenUse) async throws(Refusal) {
        guard let keyStatus, let jkt = token.confirmation.jkt else { return }
        switch await keyStatus.status(of: jkt, tokenIssuedAt: token.issuedAt, now: use.laterNow) {
        case .active: return
        case .revoked:
            throw Refusal(
                ProofRejection(
                    .keyRevoked, .jkt, "the key was revoked", signatureVerified: use.signatureVerified))
        case .unknown: throw Refusal(.keyStatusUnavailable, .unavailable)
        }
    }
}
