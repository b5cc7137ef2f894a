import ArgumentParser
import DPoPClient
import DPoPCore

struct TokenCommand: AwaitedCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Fetch an access token that is bound to a key, by client credentials.",
        discussion: """
            Asks the authorization server that --issuer names by its metadata, or the token endpoint of \
            --token-endpoint. Prints the token, or with --json the token response and the jkt; --out writes it to a \
            new file of mode 0600 in its place. A token that is not bound is refused.
            """)

    @OptionGroup var key: KeyOptions
    @OptionGroup var network: NetworkOptions

    @Option(
        help: ArgumentHelp("The authorization server, found by its metadata.", valueName: "url"), transform: Read.issuer
    )
    var issuer: String?

    @Option(
        help: ArgumentHelp("Its token endpoint, in place of the issuer.", valueName: "url"),
        transform: Read.tokenEndpoint)
    var tokenEndpoint: AuthorizationServer?

    @Option(help: ArgumentHelp("The client that asks.", valueName: "id"))
    var clientID: String

    @Option(help: ArgumentHelp("Its secret.", valueName: "file"))
    var clientSecretFile: String?

    @Flag(help: "Send the secret in the form and not by HTTP Basic.")
    var secretInForm = false

    @Option(help: ArgumentHelp("Its own key, for private_key_jwt, a PKCS#8 PEM file.", valueName: "file"))
    var clientKey: String?

    @Option(help: ArgumentHelp("The passphrase of that key, if it is encrypted.", valueName: "file"))
    var clientKeyPassphraseFile: String?

    @Option(help: ArgumentHelp("The kid of that key.", valueName: "text"))
    var clientKeyID: String?

    @Option(help: ArgumentHelp("The scope to ask for, with spaces between.", valueName: "names"))
    var scope: String?

    @Option(help: ArgumentHelp("The resource that it is for (RFC 8707); may be repeated.", valueName: "uri"))
    var resource: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write the answer to this new file. An existing one is never overwritten.", valueName: "file"))
    var out: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (issuer == nil) != (tokenEndpoint == nil) else {
            throw ValidationError("expected either --issuer or --token-endpoint")
        }
        guard clientSecretFile == nil || clientKey == nil else {
            throw ValidationError("expected one of --client-secret-file and --client-key")
        }
        guard !secretInForm || clientSecretFile != nil else {
            throw ValidationError("--secret-in-form: expected --client-secret-file beside it")
        }
        guard clientKeyID == nil || clientKey != nil else {
            throw ValidationError("--client-key-id: expected --client-key beside it")
        }
        guard clientKeyPassphraseFile == nil || clientKey != nil else {
            throw ValidationError("--client-key-passphrase-file: expected --client-key beside it")
        }
        guard out != "", out != "-" else { throw ValidationError("--out: expected the name of a new file") }
    }

    func runAwaited() async throws {
        try requireOneStandardInput([key.key, key.passphraseFile, clientSecretFile, clientKey, clientKeyPassphraseFile])
        let session = DPoPSession(signer: try key.signer())
        let authentication = try authentication()
        // What is fetched and can not be kept is lost, so that a name that is taken is said before.
        if let out, let failure = refuseTakenName(out, keeping: "token") { throw failure }
        try await network.run(json: json) { transport in
            let client = TokenClient(
                server: try await server(over: transport), authentication: authentication, transport: transport)
            let answer = try await client.clientCredentials(
                scope: scope.map { $0.split(separator: " ").map(String.init) } ?? [], resource: resource,
                proving: session.tokenRequests)
            return try outcome(answer, session.jkt)
        }
    }

    /// Who the client is, or a public one.
    private func authentication() throws -> ClientAuthentication {
        if let clientSecretFile {
            let secret = try readSecret(clientSecretFile, option: "--client-secret-file")
            return secretInForm
                ? .clientSecretPost(id: clientID, secret: secret) : .clientSecretBasic(id: clientID, secret: secret)
        }
        guard let clientKey else { return .publicClient(id: clientID) }
        let key = try readKey(
            clientKey, option: "--client-key", passphraseFile: clientKeyPassphraseFile,
            passphraseOption: "--client-key-passphrase-file")
        return .privateKeyJWT(id: clientID, key: key, keyID: clientKeyID, audience: tokenEndpoint?.tokenEndpoint)
    }

    private func server(over transport: any ClientTransport) async throws -> AuthorizationServer {
        if let tokenEndpoint { return tokenEndpoint }
        guard let issuer else { throw Failure("expected either --issuer or --token-endpoint") }
        return try await AuthorizationServer.discover(issuer, over: transport)
    }

    private func outcome(_ answer: TokenResponse, _ jkt: Thumbprint) throws -> Outcome {
        guard case .bound(let token) = answer.credential else { throw Failure("the token is bound to no key") }
        var members: [(String, JSONOutput)] = [
            ("access_token", .string(token.accessToken)), ("token_type", .string("DPoP")), ("jkt", .string(jkt.jkt)),
        ]
        if let expiresAt = token.expiresAt { members.append(("expires_at", .integer(expiresAt.seconds))) }
        if let scope = answer.scope { members.append(("scope", .string(scope.joined(separator: " ")))) }
        if let refreshToken = answer.refreshToken { members.append(("refresh_token", .string(refreshToken.text))) }
        guard let out else {
            return Outcome(isGood: true, members: members, text: Array((token.accessToken + "\n").utf8))
        }
        let text = JSONOutput.object(members).text + "\n"
        if let failure = createPrivateFile(out, text.utf8.span, keeping: "token") { throw failure }
        // The file holds the secrets, so the answer does not.
        let shown = members.filter { !["access_token", "refresh_token"].contains($0.0) } + [("file", .string(out))]
        return Outcome(isGood: true, members: shown, text: Array((jkt.jkt + "\n").utf8))
    }
}

extension Read {
    /// An issuer that metadata can be asked of.
    static func issuer(_ text: String) throws -> String {
        let uri = try requestURI(text)
        // The endpoint is only what else there must be.
        return try server(issuer: text, tokenEndpoint: ServerOrigin(of: uri.target).text).issuer
    }

    /// A server that is known by its token endpoint.
    static func tokenEndpoint(_ text: String) throws -> AuthorizationServer {
        _ = try requestURI(text)
        // Who issues matters to nothing that is asked here.
        return try server(issuer: "https://issuer.invalid", tokenEndpoint: text)
    }

    private static func server(issuer: String, tokenEndpoint: String) throws -> AuthorizationServer {
        do { return try AuthorizationServer(issuer: issuer, tokenEndpoint: tokenEndpoint) } catch {
            throw ValidationError("expected a server's URI, but \(error.reason)")
        }
    }
}
