import DPoPCore
import Foundation
import Testing

@Suite("dpop verify and decode")
struct VerifyCommandTests {
    let bench: Workbench
    let builder: ProofBuilder<SigningKey>
    let jkt: String
    let url = "https://api.example/calendar"

    init() throws {
        bench = try Workbench()
        builder = ProofBuilder(signer: try SigningKey.generate(.es256))
        jkt = builder.signer.publicJWK.thumbprint.jkt
    }

    private func proof(accessToken: String? = nil, nonce: String? = nil) throws -> String {
        try builder.proof(
            method: "GET", targetURI: TargetURI(url), accessToken: accessToken, nonce: nonce,
            issuedAt: UnixTime(seconds: 1_700_000_000))
    }

    /// Judged at the proof's own second, unless said otherwise.
    private func verify(
        _ proof: String, _ rest: String..., method: String = "GET", now: String = "1700000000", json: Bool = true
    ) throws -> CommandResult {
        try bench.dpop(
            ["verify", "--method", method, "--url", url, "--now", now] + rest + (json ? ["--json"] : []),
            input: Data(proof.utf8))
    }

    @Test("a token request is accepted and says what key to bind the token to")
    func tokenRequest() throws {
        let result = try verify(try proof())
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        #expect(try result.object()["jkt"] as? String == jkt)
        let text = try verify(try proof(), json: false)
        #expect(text.output == "accepted\njkt: \(jkt)\nalg: ES256\n")
    }

    @Test("an access token without a jkt leaves the binding unchecked, and the answer says so")
    func uncheckedBinding() throws {
        let token = try bench.file("token", "the-token\n")
        let proof = try proof(accessToken: "the-token")
        let result = try verify(proof, "--access-token-file", token)
        #expect(result.status == 0)
        #expect(try result.object()["binding"] as? String == "unchecked")
        let text = try verify(proof, "--access-token-file", token, json: false)
        #expect(text.outputLines.contains("binding: unchecked"))
        let bound = try verify(proof, "--access-token-file", token, "--jkt", jkt)
        #expect(bound.status == 0)
        #expect(try bound.object()["binding"] == nil)
    }

    @Test(
        "only one newline is dropped from a token's file", arguments: [("\n", 0), ("\r\n", 0), ("\n\n", 2), (" ", 2)])
    func trailingNewline(_ ending: String, _ status: Int32) throws {
        let token = try bench.file("token", "the-token" + ending)
        let result = try verify(try proof(accessToken: "the-token"), "--access-token-file", token, "--jkt", jkt)
        #expect(result.status == status)
    }

    @Test("refusals have their code, the wire's error and status 1")
    func refusals() throws {
        let other = try SigningKey.generate(.es256).publicJWK.thumbprint.jkt
        let token = try bench.file("token", "another-token")
        let cases: [(CommandResult, code: String, error: String)] = [
            (try verify(try proof(), method: "POST"), "methodMismatch", "invalid_dpop_proof"),
            (try verify(try proof(), now: "1700000061"), "issuedTooLongAgo", "invalid_dpop_proof"),
            (try verify(try proof(), now: "1699999989.999999999"), "issuedInFuture", "invalid_dpop_proof"),
            (try verify(try proof(), "--nonce", "n"), "nonceMissing", "use_dpop_nonce"),
            (try verify(try proof(nonce: "m"), "--nonce", "n"), "nonceInvalid", "use_dpop_nonce"),
            (try verify(try proof(), "--jkt", other), "keyBindingMismatch", "invalid_token"),
            (try verify(try proof(), "--access-token-file", token), "missingClaim", "invalid_dpop_proof"),
            (
                try verify(try proof(accessToken: "the-token"), "--access-token-file", token),
                "accessTokenHashMismatch", "invalid_dpop_proof"
            ),
            (try verify(""), "malformedProof", "invalid_dpop_proof"),
            (try verify(try proof() + "\n\n"), "malformedProof", "invalid_dpop_proof"),
            (try verify(String(repeating: "a", count: 200_000)), "proofTooLarge", "invalid_dpop_proof"),
        ]
        for (result, code, error) in cases {
            #expect(result.status == 1, "\(code)")
            #expect(result.error.isEmpty, "\(code)")
            let object = try result.object()
            #expect(object["verdict"] as? String == "rejected")
            #expect(object["code"] as? String == code)
            #expect(object["error"] as? String == error)
        }
        let text = try verify(try proof(), method: "POST", json: false)
        #expect(text.status == 1)
        #expect(text.output.hasPrefix("rejected methodMismatch (htm)"))
        // The twins without these defects.
        #expect(try verify(try proof(nonce: "n"), "--nonce", "n").status == 0)
        #expect(try verify(try proof(), "--jkt", jkt).status == 0)
    }

    @Test("windows are settable, both ends included")
    func windows() throws {
        #expect(try verify(try proof(), "--max-age", "100", now: "1700000100.5").status == 0)
        #expect(try verify(try proof(), "--max-age", "100", now: "1700000101").status == 1)
        #expect(try verify(try proof(), "--max-future", "0", now: "1700000000").status == 0)
        #expect(try verify(try proof(), "--max-future", "0", now: "1699999999.5").status == 1)
        #expect(try verify(try proof(), "--max-age", "86400", "--max-future", "86400").status == 0)
    }

    @Test("decode says that nothing was verified, and shows what can not change a terminal")
    func decode() throws {
        let claims = "\u{9B}2J\u{202E}"
        let proof = try builder.proof(
            method: "GET", targetURI: TargetURI(url), extraClaims: ["note": .string(claims)])
        let text = try bench.dpop("decode", input: proof)
        #expect(text.status == 0)
        #expect(text.output.hasPrefix("NOTHING WAS VERIFIED"))
        #expect(text.output.contains(#""note":"\u009b2J\u202e""#))
        let object = try bench.dpop("decode", "--json", input: proof).object()
        #expect((object["claims"] as? [String: Any])?["note"] as? String == claims)

        let refused = try bench.dpop("decode", "--json", input: "a.b")
        #expect(refused.status == 1)
        #expect(try refused.object()["code"] as? String == "malformedProof")
    }
}
