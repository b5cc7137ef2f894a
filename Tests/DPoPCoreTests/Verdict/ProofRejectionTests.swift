import Testing

@testable import DPoPCore

@Suite struct ProofRejectionTests {
    /// Code, error for the wire, whether it is the server's fault: stable API.
    private static let table: [(name: String, error: String?, isServerFault: Bool)] = [
        ("proofTooLarge", "invalid_dpop_proof", false), ("malformedProof", "invalid_dpop_proof", false),
        ("wrongType", "invalid_dpop_proof", false), ("unsupportedAlgorithm", "invalid_dpop_proof", false),
        ("criticalHeader", "invalid_dpop_proof", false), ("malformedKey", "invalid_dpop_proof", false),
        ("privateKeyInProof", "invalid_dpop_proof", false), ("weakKey", "invalid_dpop_proof", false),
        ("keyAlgorithmMismatch", "invalid_dpop_proof", false), ("missingClaim", "invalid_dpop_proof", false),
        ("malformedClaim", "invalid_dpop_proof", false), ("methodMismatch", "invalid_dpop_proof", false),
        ("targetMismatch", "invalid_dpop_proof", false), ("issuedTooLongAgo", "invalid_dpop_proof", false),
        ("issuedInFuture", "invalid_dpop_proof", false), ("issuedBeforeStart", "invalid_dpop_proof", false),
        ("expired", "invalid_dpop_proof", false), ("notYetValid", "invalid_dpop_proof", false),
        ("nonceMissing", "use_dpop_nonce", false), ("nonceInvalid", "use_dpop_nonce", false),
        ("accessTokenHashMismatch", "invalid_dpop_proof", false), ("keyBindingMismatch", "invalid_token", false),
        ("keyRevoked", "invalid_token", false), ("badSignature", "invalid_dpop_proof", false),
        ("replayed", "invalid_dpop_proof", false), ("tooManyProofs", nil, false), ("replayStoreFull", nil, true),
        ("replayStoreUnavailable", nil, true), ("cryptoFailure", nil, true),
    ]

    @Test("the codes, their errors for the wire and whose fault they are")
    func codes() {
        #expect(ProofRejection.Code.allCases.map(\.rawValue) == Self.table.map(\.name))
        for row in Self.table {
            let rejection = ProofRejection(.init(rawValue: row.name), nil, "a reason")
            #expect(rejection.wireError?.rawValue == row.error, "\(row.name)")
            #expect(rejection.isServerFault == row.isServerFault, "\(row.name)")
        }
    }

    @Test("the names of claims")
    func claims() {
        let claims: [ProofRejection.Claim] = [
            .typ, .alg, .crit, .b64, .jwk, .jti, .htm, .htu, .iat, .exp, .nbf, .ath, .nonce, .jkt,
        ]
        #expect(
            claims.map(\.rawValue) == [
                "typ", "alg", "crit", "b64", "jwk", "jti", "htm", "htu", "iat", "exp", "nbf", "ath", "nonce", "jkt",
            ])
    }

    @Test("rejections are equal when their codes are")
    func equality() {
        let one = ProofRejection(.replayed, .jti, "a reason")
        #expect(one == ProofRejection(.replayed, nil, "another", signatureVerified: true))
        #expect(one != ProofRejection(.badSignature, .jti, "a reason"))
        // A code of somebody's own is as good as any.
        #expect(ProofRejection.Code(rawValue: "own") != .replayed)
    }

    @Test("a description is the code, the claim and the reason")
    func descriptions() {
        #expect("\(ProofRejection(.replayed, .jti, "seen"))" == "replayed (jti): seen")
        #expect("\(ProofRejection(.badSignature, nil, "no"))" == "badSignature: no")
    }

    /// A text that stands in every place of a proof where a client can put one.
    private static let marker = "mArKeR"

    /// Proofs with the marker everywhere, each with one defect.
    private static var markedProofs: [String] {
        let text = quoted(marker)
        let good = CheckProof(jti: marker).claim("nonce", text).claim("note", text).parameter("kid", text)
            .parameter("note", text)
        var proofs = [marker, "\(marker).\(marker).\(marker)", good.text, good.badlySigned]
        for name in ["typ", "alg", "crit", "b64", "jwk"] { proofs.append(good.parameter(name, text).text) }
        for name in ["jti", "htm", "htu", "iat", "exp", "nbf", "ath", "nonce"] {
            for value in [text, "[\(text)]", "{\(text):\(text)}"] { proofs.append(good.claim(name, value).text) }
        }
        proofs.append(good.claim("htu", quoted("https://\(marker)@\(marker)/\(marker)")).text)
        proofs.append(good.claim("htu", quoted("https://\(marker)/%\(marker)")).text)
        proofs.append(good.claim("iat", "1").text)
        proofs.append(good.claim("exp", "1").text)
        let point = CheckKit.key.publicJWK.json.dropLast()
        for member in ["d", "kty", "crv", "x", "y", "use", "key_ops", "alg"] {
            let jwk =
                member == "d" || member == "use" || member == "key_ops" || member == "alg"
                ? point + ",\"\(member)\":\(text)}"
                : "{\"kty\":\"EC\",\"crv\":\"P-256\",\"\(member)x\":1,\"x\":\(text)}"
            proofs.append(good.parameter("jwk", String(jwk)).text)
        }
        return proofs
    }

    @Test("no description, reason or dump of a rejection holds anything of the proof, the token or the request")
    func silence() {
        let token = Self.marker + "token"
        let request = RequestContext.resource(
            method: Self.marker, targetURI: CheckKit.uri("https://server.example/\(Self.marker)"), accessToken: token,
            boundTo: CheckKit.otherKey.publicJWK.thumbprint)
        var codes: Set<ProofRejection.Code> = []
        for proof in Self.markedProofs {
            for request in [request, CheckKit.resource, CheckKit.tokenRequest] {
                let verifier = CheckKit.verifier()
                _ = verifier.refused(proof, for: CheckKit.tokenRequest)
                guard let rejection = verifier.refused(proof, for: request) else { continue }
                codes.insert(rejection.code)
                var dumped = ""
                dump(rejection, to: &dumped)
                let texts = ["\(rejection)", rejection.reason, String(reflecting: rejection), dumped]
                let secrets = [
                    Self.marker, CheckKit.token, proof, CheckKit.key.publicJWK.thumbprint.jkt,
                    CheckKit.otherKey.publicJWK.thumbprint.jkt,
                ]
                for text in texts {
                    #expect(!text.isEmpty)
                    for secret in secrets { #expect(!text.contains(secret), "\(rejection.code.rawValue)") }
                }
            }
        }
        #expect(codes.count >= 14, "\(codes.map(\.rawValue))")
    }

    @Test("reasons come from a fixed list: at most 100 ASCII characters in one line")
    func reasons() {
        for vector in ProofVector.all where vector.expect.verdict == "rejected" {
            let verifier = ProofVerifier(policy: vector.verificationPolicy, replay: CheckFixedStore(.firstSighting))
            guard let reason = verifier.refused(vector.proof, for: vector.request, now: vector.time)?.reason else {
                continue
            }
            #expect(reason.utf8.count <= 100 && reason.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(vector.id)")
        }
    }
}
