#if Hummingbird
    import ArgumentParser
    import DPoPCore
    import DPoPServer

    struct ServeCommand: AwaitedCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "An authorization server and a resource to try clients against.",
            discussion: """
                A test server, on 127.0.0.1 alone and in memory: /authorize approves each request by itself, for any https \
                or loopback redirect URI. The first line on standard output is {"listening":"http://127.0.0.1:PORT"}. It \
                stops on SIGINT and SIGTERM.

                Instances on different ports act as one server if they are given the same --origin, --signing-key, \
                --nonce-secret, clients and --replay: a proof that one has accepted is a replay at the others, and a key \
                that dpop revoke revokes is refused by all. Fleets that share a server of --replay differ in --replay-prefix. \
                What stays with the instance that made it: codes, pushed requests, refresh tokens, and which tokens \
                /revoke has revoked. While the server of --replay is not there, or does not let them in, requests get \
                503. One that may drop entries (maxmemory-policy other than noeviction) ends it with status 2.

                Endpoints: /token /authorize /par /introspect /revoke /jwks /resource \
                /.well-known/oauth-authorization-server /.well-known/oauth-protected-resource/resource
                """)

        @Option(help: ArgumentHelp("The port; 0 picks one.", valueName: "number"), transform: Read.port)
        var port = 0

        @Option(
            help: ArgumentHelp(
                "The scheme and host that clients use. (default: http://127.0.0.1:PORT)", valueName: "uri"),
            transform: Read.origin)
        var origin: String?

        @Option(help: "Whether proofs need a nonce.")
        var nonce = ServeSettings.Nonce.off

        @Option(help: "Whether Bearer tokens are issued and served beside DPoP.")
        var schemes = ServeSettings.Schemes.dpop

        @Option(help: ArgumentHelp("A confidential client; may be repeated.", valueName: "id:secret-file"))
        var client: [String] = []

        @Option(help: ArgumentHelp("A public client; may be repeated.", valueName: "id"))
        var publicClient: [String] = []

        @OptionGroup var replay: ReplayOptions
        @OptionGroup var fleet: FleetOptions

        @Option(help: ArgumentHelp("Append each decision about a proof or token as a line of JSON.", valueName: "file"))
        var audit: String?

        func validate() throws {
            guard fleet.nonceSecret == nil || nonce == .required else {
                throw ValidationError("--nonce-secret: expected --nonce required beside it")
            }
            // The instances would refuse each other's nonces.
            guard nonce == .off || replay.replay == nil || fleet.nonceSecret != nil else {
                throw ValidationError("--nonce required: expected --nonce-secret beside it where there is --replay")
            }
        }

        /// Serves until a signal stops it.
        func runAwaited() async throws {
            let pairs = try client.map { text in
                let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                    throw Failure("--client: expected ID:SECRET-FILE")
                }
                return (id: parts[0], file: parts[1])
            }
            try requireOneStandardInput(
                pairs.map(\.file) + [
                    replay.replayPasswordFile, replay.replayCA, fleet.signingKey, fleet.signingKeyPassphraseFile,
                    fleet.nonceSecret,
                ])
            var clients = Clients()
            for pair in pairs {
                try clients.add(pair.id, secret: readSecret(pair.file, option: "--client"), option: "--client")
            }
            for id in publicClient { try clients.add(id, secret: nil, option: "--public-client") }
            let settings = ServeSettings(
                port: port, origin: origin, nonce: nonce, schemes: schemes, clients: clients,
                observer: try audit.map { try AuditFile($0) }, signingKey: try fleet.readSigningKey(),
                nonceSecret: try fleet.readNonceSecret(), shared: try replay.sharedStore())
            try await ServerProcess(settings).run()
        }
    }

    /// How `dpop serve` is set up.
    struct ServeSettings: Sendable {
        enum Nonce: String, ExpressibleByArgument, CaseIterable, Sendable {
            case off, required
        }

        enum Schemes: String, ExpressibleByArgument, CaseIterable, Sendable {
            /// Every token is bound.
            case dpop
            /// Tokens are bound where a proof is sent, and unbound ones are served.
            case both
        }

        var port: Int
        /// Without a slash at the end; nil: the address that it listens on.
        var origin: String?
        var nonce: Nonce
        var schemes: Schemes
        var clients: Clients
        var observer: (any DecisionObserver)?
        /// What access tokens are signed with; nil: a new key.
        var signingKey: SigningKey?
        /// What nonces are made with; nil: a new one.
        var nonceSecret: NonceSecret?
        /// What other instances know too; nil: all is in memory.
        var shared: SharedStore?
    }

    extension Read {
        static func port(_ text: String) throws -> Int {
            guard 1...5 ~= text.utf8.count, text.utf8.allSatisfy(ASCII.isDigit), let port = Int(text), port <= 65_535
            else {
                throw ValidationError("expected a port, 0 to 65535")
            }
            return port
        }

        /// Scheme and authority in their normal form.
        static func origin(_ text: String) throws -> String {
            let target = try targetURI(text).normalized
            let origin = String(target.dropLast())
            guard target.utf8.last == UInt8(ascii: "/"), origin.utf8.filter({ $0 == UInt8(ascii: "/") }).count == 2,
                !text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
            else { throw ValidationError("expected scheme and host without path, query and fragment") }
            return origin
        }
    }
#endif
