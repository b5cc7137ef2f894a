#if Valkey
    import Foundation

    /// Certificates of a test run, made with the command `openssl`.
    struct Certificates: Sendable {
        static var canBeMade: Bool { program != nil }

        private static let program = Program("openssl")

        /// A certificate and its private key, as paths of PEM files.
        struct Identity: Sendable {
            let certificate: String
            let key: String
        }

        /// Signs the others but ``untrusted``.
        let authority: Identity
        /// For `localhost` and 127.0.0.1.
        let server: Identity
        /// For `elsewhere.example` alone, and signed by the authority.
        let otherName: Identity
        /// For `localhost` and 127.0.0.1, signed by itself.
        let untrusted: Identity

        /// The same for all tests of a run.
        static let shared = Result { try Certificates() }

        init() throws {
            let folder = try TestFolder.make()
            try Data(Certificates.configuration.utf8).write(to: URL(fileURLWithPath: folder + "/configuration"))
            authority = try Certificates.make("authority", section: "authority", by: nil, in: folder)
            server = try Certificates.make("server", section: "server", by: authority, in: folder)
            otherName = try Certificates.make("other-name", section: "other", by: authority, in: folder)
            untrusted = try Certificates.make("untrusted", section: "server", by: nil, in: folder)
        }

        private static func make(
            _ name: String, section: String, by authority: Identity?, in folder: String
        ) throws -> Identity {
            guard let program else { throw KitError("openssl is not installed") }
            let identity = Identity(certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
            var arguments = [
                "req", "-x509", "-config", folder + "/configuration", "-extensions", section, "-newkey", "ec",
                "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=swift-dpop test \(name)",
                "-keyout", identity.key, "-out", identity.certificate,
            ]
            if let authority { arguments += ["-CA", authority.certificate, "-CAkey", authority.key] }
            try program.run(arguments, in: folder)
            return identity
        }

        private static let configuration = """
            [req]
            distinguished_name = name
            [name]
            [authority]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign
            subjectKeyIdentifier = hash
            [server]
            basicConstraints = critical, CA:FALSE
            subjectAltName = DNS:localhost, IP:127.0.0.1
            [other]
            basicConstraints = critical, CA:FALSE
            subjectAltName = DNS:elsewhere.example

            """
    }
#endif
