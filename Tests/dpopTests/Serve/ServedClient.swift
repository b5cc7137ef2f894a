#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    /// A client of a running server, with a key of its own.
    struct ServedClient {
        let server: RunningServer
        let builder: ProofBuilder<SigningKey>

        init(_ server: RunningServer) throws {
            self.server = server
            builder = ProofBuilder(signer: try SigningKey.generate(.es256))
        }

        private init(_ server: RunningServer, _ builder: ProofBuilder<SigningKey>) {
            self.server = server
            self.builder = builder
        }

        /// The same client at another server.
        func at(_ other: RunningServer) -> ServedClient { ServedClient(other, builder) }

        var jkt: String { builder.signer.publicJWK.thumbprint.jkt }

        /// HTTP Basic of the confidential client, both halves form-encoded.
        static var basic: String {
            let (id, secret) = RunningServer.confidential
            return "Basic " + Data("\(encode(id)):\(encode(secret))".utf8).base64EncodedString()
        }

        static let credentials: [(String, String)] = [
            ("client_id", RunningServer.confidential.id), ("client_secret", RunningServer.confidential.secret),
        ]

        static let callback = "http://127.0.0.1:9/callback?from=test"
        static let verifier = String(repeating: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", count: 2)
        static let challenge = Thumbprint(sha256Of: Array(verifier.utf8)).jkt

        func proof(
            _ method: String, _ path: String, accessToken: String? = nil, nonce: String? = nil
        ) throws -> String {
            try builder.proof(
                method: method, targetURI: TargetURI(server.origin + path), accessToken: accessToken, nonce: nonce)
        }

        /// A token request with a fresh proof, or with one that is given; `""` for none.
        func token(
            _ form: [(String, String)], proof: String? = nil, nonce: String? = nil, fields: [String: String] = [:]
        ) throws -> Reply {
            var fields = fields
            let proof = try proof ?? self.proof("POST", "/token", nonce: nonce)
            if !proof.isEmpty { fields["DPoP"] = proof }
            return try server.post("/token", form, fields: fields)
        }

        /// A token by client credentials.
        func clientCredentials(nonce: String? = nil) throws -> String {
            let reply = try token(
                [("grant_type", "client_credentials")], nonce: nonce, fields: ["Authorization": ServedClient.basic])
            return try #require(reply.text("access_token"))
        }

        /// A use of the resource with a fresh proof, or with one that is given; `""` for none.
        func use(
            _ accessToken: String, _ method: String = "GET", scheme: String = "DPoP", proof: String? = nil,
            nonce: String? = nil
        ) throws -> Reply {
            let proof = try proof ?? self.proof(method, "/resource", accessToken: accessToken, nonce: nonce)
            var fields = ["Authorization": "\(scheme) \(accessToken)"]
            if !proof.isEmpty { fields["DPoP"] = proof }
            return try server.send(method, "/resource", fields: fields)
        }

        /// An authorization request's parameters, some of them changed; nil leaves one out.
        func authorization(
            _ id: String = RunningServer.publicID, _ changes: [String: String?] = [:]
        ) -> [(String, String)] {
            var parameters: [String: String] = [
                "response_type": "code", "client_id": id, "redirect_uri": ServedClient.callback, "scope": "read write",
                "state": "a state & more", "code_challenge": ServedClient.challenge, "code_challenge_method": "S256",
            ]
            for (name, value) in changes { parameters[name] = value }
            return parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }

        /// The code for an authorization request.
        func code(_ id: String = RunningServer.publicID, _ changes: [String: String?] = [:]) throws -> String {
            let reply = try server.send("GET", "/authorize?" + encode(authorization(id, changes)))
            return try #require(reply.redirected["code"])
        }

        /// The token request for a code, by the public client.
        static func redemption(_ code: String, _ changes: [String: String] = [:]) -> [(String, String)] {
            var parameters = [
                "grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier,
                "client_id": RunningServer.publicID,
            ]
            for (name, value) in changes { parameters[name] = value }
            return parameters.map { ($0.key, $0.value) }
        }

        static func refresh(_ token: String, _ client: [(String, String)]? = nil) -> [(String, String)] {
            [("grant_type", "refresh_token"), ("refresh_token", token)]
                + (client ?? [("client_id", RunningServer.publicID)])
        }
    }
#endif
