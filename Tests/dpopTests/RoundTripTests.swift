import DPoPCore
import Foundation
import Testing

@Suite("key, proof, verify and decode together")
struct RoundTripTests {
    let bench: Workbench
    init() throws { bench = try Workbench() }

    private func newKey(_ algorithm: SigningAlgorithm) throws -> (path: String, jkt: String) {
        let path = bench.path("key")
        let isRSA = ["RS", "PS"].contains { algorithm.rawValue.hasPrefix($0) }
        let made = try bench.dpop(
            ["key", "new", "--json", "--alg", algorithm.rawValue, "--out", path]
                + (isRSA ? ["--rsa-bits", "2048"] : []))
        #expect(made.status == 0, "\(made.error)")
        let object = try made.object()
        #expect(object["alg"] as? String == algorithm.rawValue)
        return (path, try #require(object["jkt"] as? String))
    }

    @Test("each algorithm, from a new key to a verdict", arguments: SigningAlgorithm.allCases)
    func everyAlgorithm(_ algorithm: SigningAlgorithm) throws {
        let (key, jkt) = try newKey(algorithm)
        let token = try bench.file("token", "a-token\n")
        let url = "https://api.example/calendar"
        let built = try bench.dpop(
            "proof", "--key", key, "--method", "GET", "--url", url, "--access-token-file", token, "--alg",
            algorithm.rawValue)
        #expect(built.status == 0, "\(built.error)")
        #expect(built.outputLines.count == 1)
        let proof = try bench.file("proof", built.output)

        let request = ["verify", "--method", "GET", "--url", url, "--proof-file", proof]
        let accepted = try bench.dpop(
            request + ["--access-token-file", token, "--jkt", jkt, "--alg", algorithm.rawValue, "--json"])
        #expect(accepted.status == 0, "\(accepted)")
        let verdict = try accepted.object()
        #expect(verdict["verdict"] as? String == "accepted")
        #expect(verdict["jkt"] as? String == jkt)
        #expect(verdict["binding"] == nil)

        let others = SigningAlgorithm.allCases.filter { $0 != algorithm }.map(\.rawValue).joined(separator: ",")
        let refused = try bench.dpop(
            request + ["--access-token-file", token, "--jkt", jkt, "--alg", others, "--json"])
        #expect(refused.status == 1)
        #expect(try refused.object()["code"] as? String == "unsupportedAlgorithm")

        let decoded = try bench.dpop("decode", "--json", input: built.output)
        #expect(decoded.status == 0)
        let parts = try decoded.object()
        #expect(parts["verified"] as? Bool == false)
        #expect(parts["jkt"] as? String == jkt)
        #expect((parts["header"] as? [String: Any])?["alg"] as? String == algorithm.rawValue)
        #expect((parts["claims"] as? [String: Any])?["htm"] as? String == "GET")
    }

    @Test("a key signs by its own algorithm when none is given, and by no other kind's")
    func algorithmOfKey() throws {
        let (key, _) = try newKey(.ed25519)
        let proof = ["proof", "--key", key, "--method", "GET", "--url", "https://a.example/"]
        let own = try bench.dpop("decode", "--json", input: try bench.dpop(proof).output)
        #expect((try own.object()["header"] as? [String: Any])?["alg"] as? String == "Ed25519")
        let wrong = try bench.dpop(proof + ["--alg", "ES256"])
        #expect(wrong.status == 2)
        #expect(wrong.output.isEmpty)
        #expect(isOneLine(wrong.error, naming: "--alg", "ES256"))
    }

    @Test("what proof is told stands in the proof")
    func claims() throws {
        let (key, jkt) = try newKey(.es256)
        let built = try bench.dpop(
            "proof", "--key", key, "--method", "POST", "--url", "https://a.example/token?x#y", "--nonce", "n-1",
            "--jti", "one", "--iat", "1700000000.9", "--json")
        let object = try built.object()
        #expect(object["jkt"] as? String == jkt)
        let proof = try #require(object["proof"] as? String)
        let decoded = try bench.dpop("decode", "-", "--json", input: proof + "\r\n")
        let claims = try #require(try decoded.object()["claims"] as? [String: Any])
        #expect(claims["jti"] as? String == "one")
        #expect(claims["htm"] as? String == "POST")
        #expect(claims["htu"] as? String == "https://a.example/token")
        #expect(claims["iat"] as? Int == 1_700_000_000)
        #expect(claims["nonce"] as? String == "n-1")
        #expect(claims["ath"] == nil)
    }

    @Test("a value may begin with a dash, as one base64url value in 64 does")
    func leadingDash() throws {
        let (key, jkt) = try newKey(.ed25519)
        let request = ["--method", "GET", "--url", "https://a.example/", "--nonce", "-n"]
        let built = try bench.dpop(["proof", "--key", key, "--jti", "--j"] + request)
        #expect(built.status == 0, "\(built.error)")
        let verify = ["verify", "--json"] + request + ["--jkt"]
        #expect(try bench.dpop(verify + [jkt], input: Data(built.output.utf8)).status == 0)
        let other = "-" + String(repeating: "A", count: 42)
        let refused = try bench.dpop(verify + [other], input: Data(built.output.utf8))
        #expect(refused.status == 1)
        #expect(try refused.object()["code"] as? String == "keyBindingMismatch")
    }

    @Test("what no proof can hold is refused by the option's name")
    func unusableValues() throws {
        let (key, _) = try newKey(.es256)
        func proof(_ method: String, _ rest: String...) throws -> CommandResult {
            try bench.dpop(["proof", "--key", key, "--method", method, "--url", "https://a.example/"] + rest)
        }
        #expect(try proof("GET").status == 0)
        for (result, option) in [
            (try proof("G T"), "--method"), (try proof("GET", "--jti", ""), "--jti"),
            (try proof("GET", "--iat", "999999999999"), "--iat"), (try proof("GET", "--iat", "x"), "--iat"),
            (try proof("GET", "--nonce", String(repeating: "n", count: 9_000)), "--nonce"),
        ] {
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(isOneLine(result.error, naming: option))
        }
    }
}
