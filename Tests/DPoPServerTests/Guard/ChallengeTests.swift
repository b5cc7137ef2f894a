import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// WWW-Authenticate (RFC 9110 §11.6.1, RFC 9449 §7.1, RFC 9728 §5.1) and the rest of a refusing answer.
@Suite struct ChallengeTests {
    private let allAlgorithms = SigningAlgorithm.allCases.map(\.rawValue).joined(separator: " ")

    @Test("no credentials: 401 and a challenge without error, and no body")
    func noCredentials() async throws {
        let denial = try #require(await ServerKit.guardian().denial(ServerKit.request([])))
        #expect(denial.status == .unauthorized)
        #expect(denial.challenges == ["DPoP algs=\"\(allAlgorithms)\""])
        #expect(denial.body.isEmpty && denial.headerFields[.contentLength] == "0")
        #expect(denial.response.status == .unauthorized && denial.response.headerFields == denial.headerFields)
    }

    @Test("Bearer stands beside DPoP where both are served, and the error in the challenge of the scheme that was used")
    func bothSchemes() async throws {
        let guardian = try ServerKit.guardian(
            ServerKit.configuration {
                $0.dpop = .preferred
                $0.policy.algorithms = [.es256, .ed25519]
                $0.realm = "orders"
                $0.scope = ["read", "write:all"]
                $0.resourceMetadata = "https://api.example.com/.well-known/oauth-protected-resource"
            })
        let shared =
            "realm=\"orders\", scope=\"read write:all\", "
            + "resource_metadata=\"https://api.example.com/.well-known/oauth-protected-resource\""
        let dpop = "\(shared), algs=\"ES256 Ed25519\""
        let without = await guardian.denial(ServerKit.request([]))
        #expect(without?.challenges == ["DPoP \(dpop)", "Bearer \(shared)"])
        let bearer = await guardian.denial(ServerKit.request(["Bearer expired"]))
        let error = "error=\"invalid_token\", error_description=\"the token has expired\""
        #expect(bearer?.challenges == ["DPoP \(dpop)", "Bearer \(error), \(shared)"])
        let bound = await guardian.denial(try ServerKit.bound("expired"))
        #expect(bound?.challenges == ["DPoP \(error), \(dpop)", "Bearer \(shared)"])
        #expect(bound?.text == "{\"error\":\"invalid_token\",\"error_description\":\"the token has expired\"}")
        #expect(bound?.headerFields[.contentType] == "application/json")
    }

    @Test("attack 123: no text of a request is ever reflected")
    func reflection() async throws {
        let marks = ["MARK\"\r\nSet-Cookie: a=b", "MARK\u{e9}", "MARK\\\"", "<MARK>", "MARK"]
        let guardian = try ServerKit.guardian(ServerKit.configuration { $0.dpop = .preferred })
        var codes: Set<DecisionCode> = []
        for mark in marks {
            var requests = [
                ServerKit.request(["Bearer \(mark)"]), ServerKit.request(["DPoP \(mark)"], proofs: [mark]),
                ServerKit.request([mark]), ServerKit.request(["DPoP bound"], proofs: [mark, mark]),
                ServerKit.request(["DPoP bound"], proofs: [mark]),
                ServerKit.request(["DPoP bound"], proofs: [try ServerKit.proof()], path: "/\(mark)"),
                ServerKit.request([], path: "/?access_token=\(mark)"),
            ]
            requests.append(
                ServerKit.request(
                    ["DPoP bound"], proofs: [try ServerKit.proof(nonce: mark, jti: "MARK", at: .init(seconds: 0))]))
            var hosted = ServerKit.request(["DPoP bound"], proofs: [try ServerKit.proof()])
            hosted.authority = mark
            requests.append(hosted)
            for request in requests {
                let denial = try #require(await guardian.denial(request))
                codes.insert(denial.code)
                let fields = denial.headerFields.map { "\($0.name): \($0.value)" }.joined()
                #expect(!(fields + denial.text + denial.code.rawValue).uppercased().contains("MARK"))
            }
        }
        #expect(codes.count >= 6)
    }

    @Test("attack 123: each reason is a text that needs no escapes, in a header field or in JSON")
    func reasons() {
        for code in DecisionCode.allCases {
            #expect(code.reason != "refused" || ProofRejection.Code.allCases.map(DecisionCode.init).contains(code))
            #expect(Challenge.isQuotable(code.reason))
        }
    }

    @Test("settings that would break a field's syntax are refused at construction")
    func settings() throws {
        for change in [
            { (configuration: inout ResourceConfiguration) in configuration.realm = "a\"b" },
            { $0.realm = "a\r\nb" }, { $0.scope = ["a b"] }, { $0.scope = [""] }, { $0.scope = ["a\\"] },
            { $0.resourceMetadata = "https://a.example/\u{e9}" }, { $0.retryAfter = 0 }, { $0.retryAfter = 86_401 },
            { $0.policy.algorithms = [] }, { $0.policy.nonces = .required(ExpectedNonce("a")) },
            { $0.policy.freshness = .byNonce },
        ] {
            let configuration = try ServerKit.configuration(change)
            #expect(throws: ConfigurationError.self) { try ServerKit.guardian(configuration) }
        }
        _ = try ServerKit.guardian(
            ServerKit.configuration {
                $0.realm = "a b"
                $0.scope = ["a", "b:c"]
                $0.resourceMetadata = "https://a.example/x"
                $0.retryAfter = 30
            })
    }

    @Test(
        "a fault of the server is 503 or 500, and too much of one key 429, with Retry-After and never a challenge",
        arguments: [
            (ReplayOutcome.full, HTTPResponse.Status.serviceUnavailable, "temporarily_unavailable"),
            (.unavailable, .serviceUnavailable, "temporarily_unavailable"),
            (.overShare, .tooManyRequests, "temporarily_unavailable"),
        ])
    func faults(_ outcome: ReplayOutcome, _ status: HTTPResponse.Status, _ error: String) async throws {
        let guardian = try ServerKit.guardian(
            ServerKit.configuration { $0.retryAfter = 7 }, replay: CountingStore(outcome))
        let denial = try #require(await guardian.denial(try ServerKit.bound()))
        #expect(denial.status == status && denial.challenges == [])
        #expect(denial.headerFields[.retryAfter] == "7")
        #expect(denial.text.contains("\"\(error)\"") && !denial.text.contains("invalid_dpop_proof"))
    }
}
