import DPoPCore
import Foundation
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ProofTests {
    private static let now = UnixTime(seconds: 1_700_000_000)

    private static var settings: SessionSettings {
        var settings = SessionSettings()
        settings.clock = { now }
        return settings
    }

    private static func verifier() -> ProofVerifier<MemoryReplayCache> {
        ProofVerifier(policy: .default, replay: MemoryReplayCache(memory: .startsEmpty))
    }

    @Test(
        "attack 128: a proof names method and target, and a verifier takes it for that request alone",
        arguments: [
            ("GET", "HTTPS", "API.example.com:443", "/a?b#c"), ("POST", "https", "u:p@api.example.com", "/a/../b%2F"),
            ("M-SEARCH", "http", "[::1]:8080", "//a//"), ("get", "https", "xn--bcher-kva.example", ""),
        ])
    func verified(_ method: String, _ scheme: String, _ authority: String, _ path: String) throws {
        let kit = try ClientKit(Self.settings)
        let request = HTTPRequest(
            method: try #require(HTTPRequest.Method(method)), scheme: scheme, authority: authority, path: path)
        let bound = try kit.session.sign(request, with: kit.token)
        let unbound = try kit.session.signTokenRequest(request)
        // The target as a server has it: without userinfo.
        let host = authority.split(separator: "@").last.map(String.init) ?? ""
        let target = try TargetURI("\(scheme)://\(host)\(path)")
        #expect(bound.targetURI == target)
        let resource = RequestContext.resource(
            method: method, targetURI: target, accessToken: kit.token.accessToken, boundTo: kit.token.jkt)
        let tokenRequest = RequestContext.tokenRequest(method: method, targetURI: target)
        let proof = try #require(bound.request.headerFields[.proofField])
        let tokenProof = try #require(unbound.request.headerFields[.proofField])
        let verified = try Self.verifier().verify(proof, for: resource, now: Self.now)
        #expect(verified.claims.ath != nil)
        #expect(verified.publicKey == kit.key.publicJWK)
        #expect(verified.claims.iat == Self.now)
        #expect(try Self.verifier().verify(tokenProof, for: tokenRequest, now: Self.now).claims.ath == nil)
        // Neither counts as the other.
        #expect(throws: ProofRejection.self) { try Self.verifier().verify(tokenProof, for: resource, now: Self.now) }
        let other = RequestContext.resource(
            method: method, targetURI: target, accessToken: "other", boundTo: kit.token.jkt)
        #expect(throws: ProofRejection.self) { try Self.verifier().verify(proof, for: other, now: Self.now) }
    }

    @Test(
        "attack 128: the key in a proof's header is public only, whatever its kind",
        arguments: [SigningAlgorithm.es256, .es384, .ed25519])
    func publicOnly(_ algorithm: SigningAlgorithm) throws {
        let session = DPoPSession(signer: try SigningKey.generate(algorithm), settings: Self.settings)
        let signed = try session.signTokenRequest(ClientKit.request(.post))
        let proof = try #require(signed.request.headerFields[.proofField])
        let header = try ClaimValue(json: try #require(Base64URL.decode(String(proof.prefix { $0 != "." }))))
        guard case .object(let jwk)? = header["jwk"] else {
            Issue.record("no jwk")
            return
        }
        #expect(Set(jwk.keys).isSubset(of: ["kty", "crv", "x", "y"]))
        #expect(header["typ"]?.text == "dpop+jwt")
        let names = try #require({ if case .object(let members) = header { members.keys.sorted() } else { nil } }())
        #expect(names == ["alg", "jwk", "typ"])
    }

    @Test("attack 128: jti are 22 characters of base64url and never the same")
    func identifiers() throws {
        let kit = try ClientKit(Self.settings)
        let count = 2_000 * ClientKit.scale
        var seen: Set<String> = []
        seen.reserveCapacity(count)
        for _ in 0..<count {
            let claims = try kit.session.sign(ClientKit.request(), with: kit.token).request.proofClaims
            let jti = try #require(claims?["jti"]?.text)
            #expect(jti.utf8.count == 22 && Base64URL.decode(jti)?.count == 16)
            seen.insert(jti)
        }
        #expect(seen.count == count)
    }

    @Test("a caller's own Authorization and DPoP lines are replaced, other fields stay")
    func replaced() throws {
        let kit = try ClientKit(Self.settings)
        var request = ClientKit.request()
        for value in ["Bearer a", "Basic b"] {
            request.headerFields.append(HTTPField(name: .authorization, value: value))
            request.headerFields.append(HTTPField(name: .proofField, value: value))
        }
        let spelled = try #require(HTTPField.Name("dPoP"))
        request.headerFields.append(HTTPField(name: spelled, value: "x.y.z"))
        request.headerFields[.accept] = "text/plain"
        let bound = try kit.session.sign(request, with: kit.token).request
        #expect(bound.headerFields[fields: .authorization].map(\.value) == ["DPoP an-access-token"])
        #expect(bound.headerFields[fields: .proofField].count == 1)
        #expect(bound.proofClaims != nil)
        #expect(bound.headerFields[.accept] == "text/plain")
        for name in [HTTPField.Name.authorization, .proofField] {
            #expect(bound.headerFields[fields: name].allSatisfy { $0.indexingStrategy == .disallow })
        }
        // A token request's Authorization is the client's own.
        let unbound = try kit.session.signTokenRequest(request).request
        #expect(unbound.headerFields[fields: .authorization].map(\.value) == ["Bearer a", "Basic b"])
        #expect(unbound.headerFields[fields: .proofField].count == 1)
        #expect(unbound.proofClaims?["ath"] == nil)
    }

    @Test("a token of another key is not signed for")
    func otherKey() async throws {
        let kit = try ClientKit(Self.settings)
        let other = try ClientKit(Self.settings).token
        #expect(
            promptError { () throws(DPoPClientError) in try kit.session.sign(ClientKit.request(), with: other) }?.code
                == .keyMismatch)
        #expect(
            promptError { () throws(DPoPClientError) in try kit.session.requests(with: other) }?.code == .keyMismatch)
        let remote = DPoPSession(signer: FlakySigner(key: kit.key), settings: Self.settings)
        #expect(try await clientError { try await remote.sign(ClientKit.request(), with: other) }?.code == .keyMismatch)
        #expect(try await remote.sign(ClientKit.request(), with: kit.token).jkt == kit.token.jkt)
    }

    @Test("an unbound token goes without a proof, and its answers teach no nonce")
    func unbound() throws {
        let kit = try ClientKit(Self.settings)
        var request = ClientKit.request()
        request.headerFields[.proofField] = "x.y.z"
        request.headerFields[.authorization] = "Basic a"
        let token = BearerToken(accessToken: "unbound", expiresAt: nil)
        let signed = try kit.session.core.unproven(request, with: token, as: nil, hasOtherTokens: false)
        #expect(signed.request.headerFields[fields: .authorization].map(\.value) == ["Bearer unbound"])
        #expect(signed.request.headerFields[fields: .proofField].isEmpty)
        for answer in [Answers.challenge("use_dpop_nonce", Answers.nonce("n")), Answers.ok(Answers.nonce("n"))] {
            guard case .final = signed.assess(answer.0) else {
                Issue.record("not final")
                return
            }
        }
        #expect(try kit.session.sign(request, with: kit.token).request.proofClaims?["nonce"] == nil)
    }

    @Test("a time that no proof can have is an error", arguments: [-1, Int64.min, 253_402_300_800, .max])
    func noTime(_ seconds: Int64) throws {
        var settings = SessionSettings()
        settings.clock = { UnixTime(seconds: seconds) }
        let kit = try ClientKit(settings)
        let error = promptError { () throws(DPoPClientError) in
            try kit.session.sign(ClientKit.request(), with: kit.token)
        }
        #expect(error?.code == .proofFailed)
    }
}
