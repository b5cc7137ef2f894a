import DPoPCore
import Foundation
import Testing

@Suite("dpop verify --batch")
struct BatchTests {
    let bench: Workbench
    let builder: ProofBuilder<SigningKey>
    let url = "https://api.example/calendar"

    init() throws {
        bench = try Workbench()
        builder = ProofBuilder(signer: try SigningKey.generate(.es256))
    }

    private var jkt: String { builder.signer.publicJWK.thumbprint.jkt }

    private func proof(accessToken: String? = nil, nonce: String? = nil) throws -> String {
        try builder.proof(
            method: "GET", targetURI: TargetURI(url), accessToken: accessToken, nonce: nonce,
            issuedAt: UnixTime(seconds: 1_700_000_000))
    }

    /// A line that is accepted, but for what `changes` say; NSNull stays, a missing member is named in `without`.
    private func line(_ proof: String, _ changes: [String: Any] = [:], without: String? = nil) throws -> String {
        var members: [String: Any] = [
            "id": 1, "proof": proof, "method": "GET", "url": url, "now": 1_700_000_000,
        ]
        members.merge(changes) { $1 }
        if let without { members[without] = nil }
        return String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
    }

    private func answers(_ result: CommandResult) throws -> [[String: Any]] {
        try result.outputLines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test("one answer a line, in order, with the line's id")
    func orderAndIdentifiers() throws {
        let identifiers: [Any] = ["a", 7, "", -3, "\u{1B}[31m\n\"\\é", Int64.max, "7"]
        let lines = try identifiers.map { try line(try proof(), ["id": $0]) }
        let result = try bench.dpop("verify", "--batch", "-", input: lines.joined(separator: "\n") + "\n")
        #expect(result.status == 0)
        let answers = try answers(result)
        #expect(answers.map { $0["verdict"] as? String } == identifiers.map { _ in "accepted" })
        for (answer, identifier) in zip(answers, identifiers) {
            let echoed = try #require(answer["id"])
            #expect("\(echoed)" == "\(identifier)" && (echoed is String) == (identifier is String))
            #expect(answer["jkt"] as? String == jkt)
        }
    }

    @Test("a proof counts once in a run, and a refused one uses nothing up")
    func replay() throws {
        let proof = try proof()
        let lines = [
            try line(proof, ["method": "POST"]), try line(proof), try line(proof),
            try line(proof, ["now": 1_700_000_059.5]),
        ]
        let file = try bench.file("lines", lines.joined(separator: "\n"))
        for _ in 0..<2 {
            let result = try bench.dpop("verify", "--batch", file)
            #expect(result.status == 1)
            let codes = try answers(result).map { $0["code"] as? String ?? "accepted" }
            #expect(codes == ["methodMismatch", "accepted", "replayed", "replayed"])
        }
    }

    @Test("each line is judged by its own members")
    func members() throws {
        let other = try SigningKey.generate(.es256).publicJWK.thumbprint.jkt
        let token: [String: Any] = ["accessToken": "the-token"]
        let cases: [(String, [String: Any], String)] = [
            (try proof(accessToken: "the-token"), token.merging(["jkt": jkt]) { $1 }, "accepted"),
            (try proof(accessToken: "the-token"), token.merging(["jkt": other]) { $1 }, "keyBindingMismatch"),
            (try proof(accessToken: "the-token"), token, "unchecked"),
            (try proof(accessToken: "a-token"), token, "accessTokenHashMismatch"),
            (try proof(), ["jkt": jkt], "accepted"),
            (try proof(), ["jkt": other], "keyBindingMismatch"),
            (try proof(), ["jkt": "no thumbprint"], "keyBindingMismatch"),
            (try proof(nonce: "n"), ["nonce": "n"], "accepted"),
            (try proof(), ["nonce": "n"], "nonceMissing"),
            (try proof(), ["now": 1_700_000_060.9], "accepted"),
            (try proof(), ["now": 1_700_000_061], "issuedTooLongAgo"),
            (try proof(), ["now": 1_700_000_061, "maxAge": 61], "accepted"),
            (try proof(), ["now": 1_699_999_980], "issuedInFuture"),
            (try proof(), ["now": 1_699_999_980, "maxFuture": 20], "accepted"),
            (try proof(), ["algorithms": ["PS256", "ES256"]], "accepted"),
            (try proof(), ["algorithms": ["PS256"]], "unsupportedAlgorithm"),
        ]
        let lines = try cases.map { try line($0.0, $0.1) }
        let answers = try answers(
            try bench.dpop("verify", "--batch", "-", input: lines.joined(separator: "\r\n")))
        #expect(answers.map { ($0["code"] ?? $0["binding"] ?? $0["verdict"]) as? String } == cases.map(\.2))
    }

    @Test("without a time the system clock judges")
    func systemClock() throws {
        let fresh = try builder.proof(method: "GET", targetURI: TargetURI(url))
        let lines = [try line(fresh, without: "now"), try line(try proof(), without: "now")]
        let answers = try answers(try bench.dpop("verify", "--batch", "-", input: lines.joined(separator: "\n")))
        #expect(answers.map { $0["code"] as? String ?? "accepted" } == ["accepted", "issuedTooLongAgo"])
    }

    @Test("what is not a line is answered as unreadable, and the run goes on")
    func unreadable() throws {
        let proof = try proof()
        var lines: [(String, reason: String)] = [
            ("", "object"), ("{", "object"), ("[]", "object"), ("\"x\"", "object"), ("1", "object"),
            (try line(proof) + "x", "object"), (String(repeating: "[", count: 100_000), "object"),
            (String(repeating: " ", count: 1 << 20) + "{}", "longer"),
        ]
        for member in ["id", "proof", "method", "url"] {
            lines.append((try line(proof, without: member), "\(member) is missing"))
            lines.append((try line(proof, [member: NSNull()]), member))
        }
        let changes: [(String, Any)] = [
            ("id", 1.5), ("id", true), ("id", ["x"]), ("proof", 1), ("method", []), ("url", "/calendar"),
            ("url", "ftp://a.example/"), ("accessToken", 1), ("accessToken", NSNull()), ("jkt", 1),
            ("nonce", 1), ("now", "1700000000"), ("now", -1), ("now", 1e300), ("maxAge", 86_401), ("maxAge", -1),
            ("maxAge", 1.5), ("maxAge", "1"), ("maxFuture", 86_401), ("maxFuture", NSNull()), ("algorithms", "ES256"),
            ("algorithms", ["none"]), ("algorithms", [1]),
        ]
        lines += try changes.map { (try line(proof, [$0.0: $0.1]), $0.0) }
        for name in ["access_token", "AccessToken", "JKT", "", "comment"] {
            lines.append((try line(proof, [name: "x"]), "not known"))
        }
        let good = try line(proof, ["id": "good"])
        for member in ["\"jkt\":\"x\"", "\"id\":\"good\",\"id\":\"good\"", "\"\\u0069d\":\"good\""] {
            lines.append((good.dropLast() + ",\(member),\(member)}", "strict JSON"))
        }
        let result = try bench.dpop(
            "verify", "--batch", "-",
            input: (lines.map(\.0) + [try line(proof, ["id": "good"])]).joined(separator: "\n") + "\n")
        #expect(result.status == 1)
        #expect(result.error.isEmpty)
        let answers = try answers(result)
        try #require(answers.count == lines.count + 1)
        for (answer, line) in zip(answers, lines) {
            #expect(answer["verdict"] as? String == "unreadable")
            #expect(answer["id"] is NSNull)
            #expect((answer["reason"] as? String)?.contains(line.reason) == true, "\(answer), \(line.reason)")
        }
        #expect(answers.last?["id"] as? String == "good")
        #expect(answers.last?["verdict"] as? String == "accepted")
    }

    @Test("an empty file is no line")
    func empty() throws {
        let result = try bench.dpop("verify", "--batch", "-")
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
    }

    @Test("it ends quietly when nobody reads on")
    func brokenPipe() throws {
        let file = try bench.file("lines", String(repeating: "{}\n", count: 50_000))
        let result = try bench.dpop(
            after: "trap '' PIPE; \"$0\" verify --batch '\(file)' | head -n 1; set -- verify --batch /dev/null")
        #expect(result.status == 0)
        #expect(result.outputLines.count == 1)
        #expect(result.error.isEmpty)
    }
}
