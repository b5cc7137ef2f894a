import DPoPCore
import Foundation
import HTTPTypes
import Testing

@testable import DPoPServer

@Suite struct DecisionEventTests {
    private let log = EventLog()
    private let now = ServerKit.now

    private func guardian(_ change: (inout ResourceConfiguration) -> Void = { _ in }) throws -> ResourceGuard {
        try ServerKit.guardian(ServerKit.configuration(change), observer: log)
    }

    @Test("a grant is one event, with all that is known of it")
    func granted() async throws {
        let time = now.advanced(bySeconds: 3)
        let request = ServerKit.request(["DPoP bound"], proofs: [try ServerKit.proof(jti: "jti-1", at: time)])
        let connection = ClientConnection(peerAddress: "192.0.2.7", requestID: "r-1")
        _ = try await guardian().authorize(request, connection: connection, now: now)
        #expect(log.events.count == 1)
        let event = try #require(log.events.first)
        #expect(event.time == now && event.decision == .granted && event.endpoint == .resource && event.code == nil)
        #expect(event.scheme == .dpop && event.method == "GET" && event.targetURI == "https://api.example.com/orders")
        #expect(event.clientAddress == "192.0.2.7" && event.requestID == "r-1")
        #expect(event.subject == "alice" && event.clientID == "agent" && event.confirmation == .jkt)
        #expect(event.tokenExpiresAt == now.advanced(bySeconds: 200))
        #expect(event.replayLatency != nil && event.firstSeenAt == nil && !event.isUnproven)
        let proof = try #require(event.proof)
        #expect(proof.jkt == ServerKit.jkt && proof.signatureVerified && proof.clockSkew == 3 && proof.iat == time)
        #expect(proof.htm == "GET" && proof.htu == "https://api.example.com/orders")
        #expect(proof.jtiHash == AccessTokenHash(of: "jti-1").ath)
        #expect(proof.ath == AccessTokenHash(of: "bound").ath)
    }

    @Test("a replay says when the proof was seen first, and that its signature was verified")
    func replay() async throws {
        let guardian = try guardian()
        let request = try ServerKit.bound()
        _ = await guardian.authorize(request, now: now)
        _ = await guardian.authorize(request, now: now.advanced(bySeconds: 5))
        let event = try #require(log.events.last)
        #expect(event.code == DecisionCode(ProofRejection.Code.replayed) && event.firstSeenAt == now)
        #expect(event.claim == .jti && event.json.contains("\"claim\":\"jti\""))
        #expect(event.proof?.signatureVerified == true && event.confirmation == .jkt)
    }

    @Test("what was not verified says so")
    func unverified() async throws {
        let guardian = try guardian()
        let early = try ServerKit.proof(at: now.advanced(bySeconds: 60))
        _ = await guardian.authorize(ServerKit.request(["DPoP bound"], proofs: [early]), now: now)
        #expect(log.events.last?.proof?.signatureVerified == false)
        #expect(log.events.last?.proof?.clockSkew == 60 && log.events.last?.subject == nil)
        _ = await guardian.authorize(ServerKit.request(["DPoP bound"], proofs: ["x"]), now: now)
        #expect(log.events.last?.proof == nil && log.events.last?.replayLatency == nil)
        // What a client may have put where it does not belong is in no event.
        for htu in ["https://user:SECRET@api.example.com/orders", "https://api.example.com/x?\u{301}t=SECRET"] {
            let odd = try ServerKit.handMade(htu: htu)
            _ = await guardian.authorize(ServerKit.request(["DPoP bound"], proofs: [odd]), now: now)
            #expect(log.events.last?.proof != nil && log.events.last?.json.contains("SECRET") == false)
        }
        _ = await guardian.authorize(try ServerKit.bound(key: ServerKit.thiefsKey), now: now)
        #expect(log.events.last?.proof?.signatureVerified == true)
        #expect(log.events.last?.proof?.jkt == ServerKit.thiefsKey.publicJWK.thumbprint)
    }

    @Test("each use of the weaker scheme is an event that says so")
    func bearer() async throws {
        let guardian = try guardian { $0.dpop = .preferred }
        #expect(await guardian.grant(ServerKit.request(["Bearer unbound"])) != nil)
        #expect(log.events.last?.isUnproven == true && log.events.last?.scheme == .bearer)
        let connection = ClientConnection(certificate: ServerKit.certificate)
        #expect(await guardian.grant(ServerKit.request(["Bearer certificate"]), connection) != nil)
        #expect(log.events.last?.isUnproven == false && log.events.last?.confirmation == .certificate)
    }

    @Test("an event's JSON is one line that any reader takes, and holds no token, proof, nonce or jti")
    func json() async throws {
        let nonces = try StatelessNonces(secrets: [.random()], audience: .resourceServer)
        let guardian = try guardian { $0.nonces = nonces }
        let nonce = try #require(nonces.issue(now: now))
        let good = try ServerKit.proof(nonce: nonce, jti: "secret-jti")
        let odd = try ServerKit.proof(nonce: nonce, jti: "secret-jti\"", at: now.advanced(bySeconds: -1))
        for proofs in [[good], [good], [odd], [good + "x"], [], [good, good]] {
            _ = await guardian.authorize(ServerKit.request(["DPoP bound"], proofs: proofs), now: now)
        }
        #expect(log.events.count == 6)
        for event in log.events {
            let line = event.json
            #expect(!line.contains("\n"))
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["decision"] as? String == event.decision.rawValue)
            #expect(object["code"] as? String == event.code?.rawValue)
            for secret in [good, odd, nonce, "secret-jti", "\"bound\""] { #expect(!line.contains(secret)) }
            for segment in good.split(separator: ".") { #expect(!line.contains(segment)) }
        }
    }

    @Test("every code has its own name, of letters alone")
    func codes() {
        let names = DecisionCode.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count && names.count > 50)
        #expect(names.allSatisfy { $0.allSatisfy(\.isLetter) })
    }
}
