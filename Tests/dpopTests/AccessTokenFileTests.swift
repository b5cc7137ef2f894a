import Foundation
import Testing

@Suite("an access token's file")
struct AccessTokenFileTests {
    let bench: Workbench
    let key: String
    let jkt: String
    private let target = ["--method", "GET", "--url", "https://api.example/orders"]

    init() throws {
        bench = try Workbench()
        key = bench.path("agent.pem")
        let made = try bench.dpop("key", "new", "--out", key)
        try #require(made.status == 0)
        jkt = made.output.trimmingCharacters(in: .newlines)
    }

    private func proof(_ text: String) throws -> CommandResult {
        try bench.dpop(["proof", "--key", key, "--access-token-file", bench.file("proving", text)] + target)
    }

    private func verify(_ proof: String, _ text: String, _ rest: String...) throws -> CommandResult {
        try bench.dpop(
            ["verify", "--json", "--access-token-file", bench.file("verifying", text)] + target + rest,
            input: Data(proof.utf8))
    }

    /// What `dpop token --out` writes, over more lines than one.
    private func response(
        _ token: String = "a-token", type: String = ",\"token_type\":\"DPoP\"", jkt: String? = nil
    ) -> String {
        "{\n  \"access_token\":\"\(token)\"\(type)\(jkt.map { ",\"jkt\":\"\($0)\"" } ?? "")\n}\n"
    }

    @Test("proof and verify take the token's text and the JSON of its response for the same")
    func sameToken() throws {
        let forms = ["a-token", "a-token\n", response(), response(jkt: jkt), "\n" + response()]
        for proving in forms {
            let proof = try proof(proving)
            #expect(proof.status == 0, "\(proving): \(proof.error)")
            for verifying in forms {
                let verdict = try verify(proof.output, verifying, "--jkt", jkt)
                #expect(verdict.status == 0, "\(proving), \(verifying): \(verdict)")
            }
            let other = try verify(proof.output, response("another"), "--jkt", jkt)
            #expect(try other.status == 1 && other.object()["code"] as? String == "accessTokenHashMismatch")
        }
    }

    @Test("a jkt in the file does not stand for --jkt, and a token of any type can be verified")
    func bindingStaysUnchecked() throws {
        let proof = try proof("a-token").output
        let another = String(repeating: "A", count: 43)
        for file in [response(jkt: jkt), response(jkt: another), response(type: ""), response()] {
            let verdict = try verify(proof, file)
            #expect(try verdict.status == 0 && verdict.object()["binding"] as? String == "unchecked")
        }
        #expect(try verify(proof, response(jkt: jkt), "--jkt", another).status == 1)
    }

    @Test("what is neither a token nor a token response is named", arguments: ["proof", "verify", "request"])
    func neither(_ command: String) throws {
        let longest = String(repeating: "t", count: 16_384)
        let proofFile = try bench.file("proof", proof(longest).output)
        func run(_ text: String) throws -> CommandResult {
            let file = try bench.file("token", text)
            let rest =
                switch command {
                case "proof": ["--key", key] + target
                case "verify": ["--proof-file", proofFile] + target
                // Nobody listens, so that a good file is followed by no answer.
                default: ["--key", key, "--url", "http://127.0.0.1:1/"]
                }
            return try bench.dpop([command, "--access-token-file", file] + rest)
        }
        for text in [
            "a b", "a\tb", "a-token\n\n", "tökén", longest + "t", "{", "{}", "[\"a-token\"]x y", response("a b"),
            response(""), response(longest + "t"), "{\"access_token\":1,\"token_type\":\"DPoP\"}",
            "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"DPoP\"}",
        ] {
            let result = try run(text)
            #expect(result.status == 2 && result.output.isEmpty, "\(text.prefix(50))")
            #expect(isOneLine(result.error, naming: "--access-token-file"), "\(result.error)")
        }
        for text in [longest, response(longest)] {
            let result = try run(text)
            let isGood = command == "request" ? result.error.contains("no answer") : result.status == 0
            #expect(isGood, "\(result)")
        }
    }

    @Test("a response that names another key or no binding gets no proof", arguments: ["proof", "request"])
    func otherBinding(_ command: String) throws {
        let another = String(repeating: "A", count: 43)
        for (text, isGood) in [
            (response(type: ",\"token_type\":\"dpop\"", jkt: jkt), true), (response(), true),
            (response(type: ",\"token_type\":\"Bearer\""), false), (response(type: ""), false),
            (response(type: ",\"token_type\":1"), false), (response(jkt: another), false),
            (response(type: ",\"token_type\":\"DPoP\",\"jkt\":1"), false),
        ] {
            let file = try bench.file("response.json", text)
            let result = try bench.dpop(
                [command, "--key", key, "--access-token-file", file]
                    + (command == "proof" ? target : ["--url", "http://127.0.0.1:1/"]))
            #expect(result.status == (isGood && command == "proof" ? 0 : 2), "\(text)")
            #expect(result.error.contains("--access-token-file") == !isGood, "\(result.error)")
        }
    }
}
