#if Hummingbird
    import Foundation
    import HTTPTypes
    import HummingbirdTesting
    import NIOCore
    import Testing

    // The README's code, as it stands there. What follows the second mark are the parts that a reader brings.

    // README: Protect an API
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import Hummingbird

    struct ShopContext: DPoPRequestContext {
        var coreContext: CoreRequestContextStorage
        var dpop: DPoPRequestStorage
        init(source: Source) { (coreContext, dpop) = (.init(source: source), .init(source: source)) }
    }

    func protectedRouter(issuerKeys: KeySet) throws -> Router<ShopContext> {
        let tokens = try JWTAccessTokenVerifier(
            issuer: "https://as.example.com", audience: "https://api.example.com", keys: issuerKeys)
        let guardian = try ResourceGuard(ResourceConfiguration(origin: "https://api.example.com"), tokens: tokens)
        let router = Router(context: ShopContext.self)
        router.add(middleware: DPoPMiddleware(guardian))
        router.get("orders") { _, context in "the orders of \(try context.requireGrant().token.subject ?? "nobody")" }
        return router
    }
    // README: end

    // README: Issue bound tokens
    protocol AuthorizationServer: Sendable {  // yours: who the clients are, what grants and tokens there are
        func authenticate(_ request: Request) async throws -> ShopGrant
        func issue(_ grant: ShopGrant, cnf: ClaimValue?, tokenType: String) async throws -> String
    }
    struct ShopGrant { var jkt: Thumbprint? }  // what the code or refresh token is bound to, if it is

    func addTokenEndpoint(_ router: Router<ShopContext>, _ shop: some AuthorizationServer) throws {
        let endpoint = try TokenEndpoint(TokenEndpointConfiguration(uri: "https://as.example.com/token"))
        router.tokenEndpoint("token", endpoint) { request, context, proof in
            let grant = try await shop.authenticate(request)  // the client and its grant, or an error
            let binding = try await proof.admit(.stored(grant.jkt))  // the proof is used up here
            return (binding, try await shop.issue(grant, cnf: binding.cnf, tokenType: binding.tokenType))
        }
    }
    // README: end

    private struct Shop: AuthorizationServer {
        let jkt: Thumbprint?
        func authenticate(_ request: Request) async throws -> ShopGrant { ShopGrant(jkt: jkt) }
        func issue(_ grant: ShopGrant, cnf: ClaimValue?, tokenType: String) async throws -> String {
            "\(tokenType) \(cnf != nil)"
        }
    }

    @Suite struct ReadmeTests {
        private let key: SigningKey
        private let issuer: SigningKey

        init() throws {
            key = try SigningKey.generate(.es256)
            issuer = try SigningKey.generate(.es256)
        }

        /// The answers to requests whose proofs are fresh: a busy machine may take longer between a test's steps than the
        /// README's default policy gives a proof.
        private static func whileFresh(
            _ requests: () async throws -> (String, String)
        ) async throws -> (String, String) {
            for _ in 0..<20 {
                let answers = try await requests()
                let isStale = [answers.0, answers.1].contains { $0.contains("iat is older") || $0.contains("ahead") }
                if !isStale { return answers }
            }
            throw RawSocket.Failed()
        }

        @Test("the README shows this code and no other", arguments: ["Protect an API", "Issue bound tokens"])
        func text(_ section: String) throws {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            func lines(_ text: Substring) -> [String] {
                text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            }
            let source = try String(contentsOfFile: #filePath, encoding: .utf8)
            let readme = try String(
                contentsOf: tests.deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
            let ours = try #require(source.components(separatedBy: "// README: \(section)\n").dropFirst().first)
            let code = try #require(ours.components(separatedBy: "// README: end").first)
            let shown = try #require(readme.components(separatedBy: "## \(section)\n").dropFirst().first)
            let block = try #require(shown.components(separatedBy: "```").dropFirst().first)
            #expect(lines(block.dropFirst("swift".count)) == lines(code[...]))
        }

        @Test("the README's API grants a good request and refuses its replay")
        func protect() async throws {
            let keys = try KeySet([KeySet.Key(keyID: "1", algorithm: .es256, publicJWK: issuer.publicJWK)])
            let token = try SignedJWT.text(
                type: "at+jwt", keyID: "1",
                claims: [
                    "iss": "https://as.example.com", "aud": "https://api.example.com", "sub": "alice",
                    "exp": .integer(UnixTime.now().seconds + 3_600),
                    "cnf": .object(["jkt": .string(key.publicJWK.thumbprint.jkt)]),
                ], signedBy: issuer)
            @Sendable func request() throws -> String {
                let proof = try ProofBuilder(signer: key).proof(
                    method: "GET", targetURI: TargetURI("https://api.example.com/orders"), accessToken: token,
                    issuedAt: UnixTime.now().advanced(bySeconds: 2))
                return "GET /orders HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: DPoP \(token)\r\n"
                    + "DPoP: \(proof)\r\nConnection: close\r\n\r\n"
            }
            let app = Application(
                router: try protectedRouter(issuerKeys: keys),
                configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)))
            try await app.test(.live) { client in
                let port = try #require(client.port)
                let (granted, replay) = try await Self.whileFresh {
                    let good = try request()
                    return (
                        try await RawSocket.exchange(port: port, good), try await RawSocket.exchange(port: port, good)
                    )
                }
                #expect(granted.hasPrefix("HTTP/1.1 200 ") && granted.hasSuffix("the orders of alice"))
                #expect(replay.hasPrefix("HTTP/1.1 401 ") && replay.contains("used before"))
                let elsewhere = try request().replacing("Host: api", with: "Host: other")
                let foreign = try await RawSocket.exchange(port: port, elsewhere)
                #expect(foreign.hasPrefix("HTTP/1.1 421 "))
            }
        }

        @Test("the README's token endpoint binds a token to the proof's key, and refuses another's")
        func issue() async throws {
            for (jkt, isBound) in [(key.publicJWK.thumbprint, true), (issuer.publicJWK.thumbprint, false)] {
                let router = Router(context: ShopContext.self)
                try addTokenEndpoint(router, Shop(jkt: jkt))
                try await Application(router: router).test(.router) { client in
                    let (body, _) = try await Self.whileFresh {
                        let proof = try ProofBuilder(signer: key).proof(
                            method: "POST", targetURI: TargetURI("https://as.example.com/token"),
                            issuedAt: UnixTime.now().advanced(bySeconds: 2))
                        let answer = try await client.execute(uri: "/token", method: .post, headers: [.dpop: proof])
                        return (String(buffer: answer.body), "")
                    }
                    #expect(body.hasPrefix(isBound ? "DPoP true" : "{\"error\":\"invalid_grant\""))
                }
            }
        }
    }
#endif
