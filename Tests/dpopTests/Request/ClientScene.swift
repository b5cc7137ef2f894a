#if Hummingbird
    import Foundation
    import Testing

    /// A client's folder beside a running server: a key, the client's secret, and the commands that use them.
    struct ClientScene {
        let server: RunningServer
        var bench: Workbench { server.bench }
        let key: String
        let jkt: String

        init(_ arguments: String...) throws {
            server = try RunningServer(arguments)
            key = server.bench.path("agent.pem")
            let made = try server.bench.dpop("key", "new", "--out", key)
            try #require(made.status == 0)
            jkt = made.output.trimmingCharacters(in: .newlines)
            try server.bench.file("client-secret", RunningServer.confidential.secret)
        }

        /// `dpop token` by the confidential client.
        func token(_ arguments: String...) throws -> CommandResult {
            try bench.dpop(
                [
                    "token", "--key", key, "--issuer", server.origin, "--client-id", RunningServer.confidential.id,
                    "--client-secret-file", bench.path("client-secret"),
                ] + arguments)
        }

        /// `dpop request` with a token that is in a file.
        func request(_ path: String = "/resource", token file: String, _ arguments: String...) throws -> CommandResult {
            try bench.dpop(
                ["request", "--key", key, "--access-token-file", file, "--url", server.origin + path] + arguments)
        }

        /// The file of a new token, and the token.
        func tokenFile() throws -> (path: String, token: String) {
            let answer = try token()
            try #require(answer.status == 0, "\(answer.error)")
            let token = answer.output.trimmingCharacters(in: .newlines)
            return (try bench.file("token", answer.output), token)
        }
    }
#endif
