import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// One Authorization field and one DPoP field, each of one spelling.
@Suite struct CredentialTests {
    @Test("a bound token with its proof is granted, once")
    func granted() async throws {
        let guardian = try ServerKit.guardian()
        let request = try ServerKit.bound()
        let grant = try #require(await guardian.grant(request))
        #expect(grant.token.subject == "alice")
        #expect(grant.proof?.thumbprint == ServerKit.jkt)
        #expect(await guardian.denied(request) == DecisionCode(ProofRejection.Code.replayed))
    }

    @Test("attack 113: two DPoP lines, equal, different or joined by a comma, are refused")
    func repeatedProof() async throws {
        let (one, two) = (try ServerKit.proof(), try ServerKit.proof())
        let guardian = try ServerKit.guardian()
        for proofs in [[one, one], [one, two], [one, ""], ["", one]] {
            let denial = await guardian.denial(ServerKit.request(["DPoP bound"], proofs: proofs))
            #expect(denial?.code == .proofRepeated)
            #expect(denial?.status == .unauthorized)
            #expect(denial?.challenges.first?.contains("error=\"invalid_dpop_proof\"") == true)
        }
        for joined in ["\(one), \(two)", "\(one),\(one)", "\(one),"] {
            let code = await guardian.denied(ServerKit.request(["DPoP bound"], proofs: [joined]))
            #expect(code == DecisionCode(ProofRejection.Code.malformedProof))
        }
        // Nothing of this used a proof up.
        #expect(await guardian.grant(ServerKit.request(["DPoP bound"], proofs: [one])) != nil)
        #expect(await guardian.grant(ServerKit.request(["DPoP bound"], proofs: [two])) != nil)
    }

    @Test(
        "attack 114: an empty proof, and one with bytes that no proof has, is refused",
        arguments: ["", " ", "\t", "\u{e9}", "a.b.c\u{e9}", "a.b c.d", "\u{200b}"])
    func oddProof(_ text: String) async throws {
        let guardian = try ServerKit.guardian()
        let proof = try ServerKit.proof()
        // White space around a value is no part of it (RFC 9110 §5.5), and swift-http-types takes it off.
        let isPadding = text.allSatisfy(\.isWhitespace)
        for value in isPadding ? [text] : [text, proof + text, text + proof] {
            let denial = await guardian.denial(ServerKit.request(["DPoP bound"], proofs: [value]))
            #expect(denial?.code == DecisionCode(ProofRejection.Code.malformedProof))
            #expect(denial?.challenges.first?.contains("error=\"invalid_dpop_proof\"") == true)
        }
        #expect(await guardian.grant(ServerKit.request(["DPoP bound"], proofs: [proof])) != nil)
    }

    @Test("attack 114: the field's name counts in any case", arguments: ["DPoP", "dpop", "DPOP", "dPoP"])
    func fieldName(_ name: String) async throws {
        var request = ServerKit.request(["DPoP bound"])
        let name = try #require(HTTPField.Name(name))
        request.headerFields.append(HTTPField(name: name, value: try ServerKit.proof()))
        #expect(try await ServerKit.guardian().grant(request) != nil)
        request.headerFields.append(HTTPField(name: .dpop, value: try ServerKit.proof()))
        #expect(try await ServerKit.guardian().denied(request) == .proofRepeated)
    }

    @Test("attack 116: the DPoP scheme without a proof is refused, and so is any other scheme with one")
    func missingProof() async throws {
        let guardian = try ServerKit.guardian()
        let denial = await guardian.denial(ServerKit.request(["DPoP bound"]))
        #expect(denial?.code == .proofMissing && denial?.status == .unauthorized)
        #expect(denial?.challenges.first?.contains("error=\"invalid_dpop_proof\"") == true)
        let proof = try ServerKit.proof()
        for authorization in [[], ["Basic YTpi"], ["Negotiate abc"]] {
            let denial = await guardian.denial(ServerKit.request(authorization, proofs: [proof]))
            #expect(denial?.code == .noCredentials && denial?.status == .unauthorized)
            #expect(denial?.challenges.first?.contains("error") == false)
            #expect(denial?.body.isEmpty == true)
        }
        #expect(await guardian.grant(ServerKit.request(["DPoP bound"], proofs: [proof])) != nil)
    }

    @Test("attack 117: the scheme counts in any case", arguments: ["DPoP", "dpop", "DPOP", "dPOP"])
    func schemeCase(_ scheme: String) async throws {
        let guardian = try ServerKit.guardian()
        #expect(await guardian.grant(ServerKit.request(["\(scheme) bound"], proofs: [try ServerKit.proof()])) != nil)
    }

    @Test(
        "attack 117: credentials are a scheme, one space and a token68, nothing else",
        arguments: [
            "DPoP", "DPoP ", "DPoP  bound", "DPoP\tbound", "DPoP bound,x", "DPoP \"bound\"", "DPoP bound x", "DPoP =",
            "DPoP bo=und", "DPoP token=bound", "DPoP b\u{f6}und", "DPoP bound;", "DPoP bound\u{a0}", "Bearer",
            "Bearer a,b",
            "DPoP:bound", "DPoP, bound", "B\u{e9}arer bound", "",
        ])
    func token68(_ authorization: String) async throws {
        let guardian = try ServerKit.guardian()
        let proof = try ServerKit.proof()
        let denial = await guardian.denial(ServerKit.request([authorization], proofs: [proof]))
        #expect(denial?.code == .authorizationMalformed)
        #expect(denial?.status == .badRequest)
        #expect(denial?.text.contains("\"invalid_request\"") == true)
        #expect(await guardian.grant(ServerKit.request(["DPoP bound"], proofs: [proof])) != nil)
    }

    @Test("attack 118: two Authorization fields, or two credentials in one, are refused")
    func repeatedAuthorization() async throws {
        let guardian = try ServerKit.guardian()
        let proof = try ServerKit.proof()
        for lines in [
            ["DPoP bound", "DPoP bound"], ["Bearer unbound", "DPoP bound"], ["DPoP bound", "Basic YTpi"],
            ["", "DPoP bound"],
        ] {
            let denial = await guardian.denial(ServerKit.request(lines, proofs: [proof]))
            #expect(denial?.code == .authorizationRepeated && denial?.status == .badRequest)
        }
        for line in ["Bearer unbound, DPoP bound", "DPoP bound, Bearer unbound"] {
            #expect(await guardian.denied(ServerKit.request([line], proofs: [proof])) == .authorizationMalformed)
        }
        #expect(await guardian.grant(ServerKit.request(["DPoP bound"], proofs: [proof])) != nil)
    }

    @Test("attack 119: a token in the query or in a form is refused, beside good credentials too")
    func tokenElsewhere() async throws {
        let guardian = try ServerKit.guardian()
        func request(_ path: String, _ authorization: [String] = ["DPoP bound"]) throws -> HTTPRequest {
            ServerKit.request(authorization, proofs: [try ServerKit.proof()], path: path)
        }
        for query in [
            "access_token=bound", "a=b&access_token=bound", "access_token", "access%5ftoken=x", "ACCESS_TOKEN=",
        ] {
            #expect(await guardian.denied(try request("/orders?\(query)")) == .tokenInQuery)
            #expect(await guardian.denied(try request("/orders?\(query)", [])) == .tokenInQuery)
            #expect(await guardian.denied(try request("/orders"), formBody: Array(query.utf8)) == .tokenInForm)
        }
        for query in ["token=x", "xaccess_token=x", "access_tokens=x", "a=access_token"] {
            #expect(await guardian.denied(try request("/orders?\(query)"), formBody: Array(query.utf8)) == nil)
        }
    }

    @Test("attack 121: a proof of a token endpoint, or one without ath, is none for a resource")
    func proofOfTokenRequest() async throws {
        let guardian = try ServerKit.guardian()
        let atTokenEndpoint = try ServerKit.proof(nil, method: "POST", uri: "https://as.example.com/token")
        #expect(
            await guardian.denied(ServerKit.request(["DPoP bound"], proofs: [atTokenEndpoint], method: .post))
                == DecisionCode(ProofRejection.Code.missingClaim))
        let withoutHash = try ServerKit.proof(nil)
        #expect(
            await guardian.denied(ServerKit.request(["DPoP bound"], proofs: [withoutHash]))
                == DecisionCode(ProofRejection.Code.missingClaim))
        #expect(await guardian.grant(try ServerKit.bound()) != nil)
    }

    @Test("attack 93: a method that a header or the query names instead of the request's is ignored")
    func methodOverride() async throws {
        let guardian = try ServerKit.guardian()
        func request(_ proof: String) -> HTTPRequest {
            var request = ServerKit.request(
                ["DPoP bound"], proofs: [proof], method: .post, path: "/orders?_method=DELETE")
            if let name = HTTPField.Name("X-HTTP-Method-Override") {
                request.headerFields.append(HTTPField(name: name, value: "DELETE"))
            }
            return request
        }
        let deleting = request(try ServerKit.proof(method: "DELETE"))
        #expect(await guardian.denied(deleting) == DecisionCode(ProofRejection.Code.methodMismatch))
        #expect(await guardian.grant(request(try ServerKit.proof(method: "POST"))) != nil)
    }
}
