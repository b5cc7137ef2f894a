import Foundation
import Testing

@testable import DPoPCore

@Suite("RFC 9449 examples", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct RFC9449Tests {
    @Test("attack 194: the RFC's proofs, and eight made wrong")
    func proofs() throws {
        let file = try OutsideVectors.object("rfc9449/examples.json")
        var tally = OutsideTally("rfc9449 examples")
        for vector in try OutsideVectors.objects(file["vectors"]) {
            let id = try #require(vector["id"] as? String)
            let rejection = try judge(vector)
            tally.record(id, labelledValid: vector["expect"] as? String == "accept", accepted: rejection == nil)
            #expect(rejection?.wireError?.rawValue == vector["error"] as? String, "\(id)")
            let claims: [String: ProofRejection.Claim?] = [
                "ath": .ath, "cnf.jkt": .jkt, "htm": .htm, "htu": .htu, "iat": .iat, "ath missing": .ath,
                "signature": nil,
            ]
            if let why = vector["why"] as? String { #expect(rejection?.claim == claims[why] ?? nil, "\(id)") }
        }
        tally.finish(count: 11)
    }

    private func judge(_ vector: [String: Any]) throws -> ProofRejection? {
        let verifier = ProofVerifier(policy: .default, replay: MemoryReplayCache(memory: .startsEmpty))
        let proof = try #require(vector["proof"] as? String)
        let method = try #require(vector["method"] as? String)
        let uri = try TargetURI(try #require(vector["url"] as? String))
        let now = UnixTime(seconds: try #require(vector["now"] as? Int64))
        var request = RequestContext.tokenRequest(method: method, targetURI: uri)
        if let token = vector["access_token"] as? String {
            let text = try #require(vector["jkt"] as? String)
            let jkt = try #require(Thumbprint(text))
            request = .resource(method: method, targetURI: uri, accessToken: token, boundTo: jkt)
        }
        do throws(ProofRejection) {
            let verified = try verifier.verify(proof, for: request, now: now)
            if let jti = vector["jti"] as? String { #expect(verified.claims.jti == jti) }
            return nil
        } catch {
            return error
        }
    }

    @Test("the key, its thumbprint and the token's hash")
    func values() throws {
        let file = try OutsideVectors.object("rfc9449/examples.json")
        let key = try PublicJWK(json: OutsideVectors.json(file["jwk"]))
        #expect(key.thumbprint.jkt == file["jkt"] as? String)
        let token = try #require(file["access_token"] as? String)
        #expect(AccessTokenHash(of: token).ath == file["ath"] as? String)
        print("vectors: rfc9449 values: 2 run, 2 valid, 0 deviations")
    }
}
