#if Valkey
    import ArgumentParser
    import DPoPCore
    import DPoPValkey
    import NIOSSL

    /// What the options that name a store are called, for messages.
    struct StoreOptionNames: Sendable {
        let url: String
        let passwordFile: String
        let authority: String
    }

    extension ValkeySettings {
        /// The bytes that a file of certificates may have; a system's whole collection has a quarter.
        private static let largestAuthority = 1_048_576

        /// Reads what a command's options say of a store.
        ///
        /// - Parameters:
        ///   - url: as ``ValkeyAddress`` reads it, but without a password.
        ///   - passwordFile: "-" is standard input; nil: no password.
        ///   - authority: PEM certificates that the server's may be signed by, besides the system's; nil: none.
        ///
        /// Throws a ``Failure``, which repeats nothing of the URL: it may hold a secret.
        init(
            url: String, passwordFile: String?, authority: String?, prefix: String, options: StoreOptionNames
        ) throws {
            guard !holdsPassword(url) else {
                throw Failure(
                    "\(options.url): expected a URL without a password; \(options.passwordFile) gives it in a file")
            }
            let password = try passwordFile.map { try readSecret($0, option: options.passwordFile) }
            do { self.init(try ValkeyAddress(url, password: password)) } catch {
                throw Failure("\(options.url): \(error)")
            }
            self.prefix = prefix
            guard let authority else { return }
            guard asksForTLS(url) else {
                throw Failure("\(options.authority): expected only with a URL that asks for TLS, rediss://")
            }
            let certificates = try ValkeySettings.certificates(authority, option: options.authority)
            tls.additionalTrustRoots.append(.certificates(certificates))
        }

        private static func certificates(_ path: String, option: String) throws -> [NIOSSLCertificate] {
            let bytes = try readFile(path, option: option, largest: largestAuthority)
            let certificates = (try? NIOSSLCertificate.fromPEMBytes(bytes)) ?? []
            guard !certificates.isEmpty else {
                throw Failure("\(displayName(path, option: option)): expected PEM certificates (BEGIN CERTIFICATE)")
            }
            return certificates
        }
    }

    /// Whether a URL names more of a user than the name, wherever a reader of URLs may see the end of it.
    func holdsPassword(_ url: String) -> Bool {
        let rest = url.firstRange(of: "://").map { url.utf8[$0.upperBound...] } ?? url.utf8[...]
        // What begins with a path names nobody.
        guard rest.first != UInt8(ascii: "/"), let at = rest.lastIndex(of: UInt8(ascii: "@")) else { return false }
        return rest[..<at].contains(UInt8(ascii: ":"))
    }

    private func asksForTLS(_ url: String) -> Bool {
        ["rediss://", "valkeys://"].contains { url.utf8.starts(with: $0.utf8) }
    }

    extension Read {
        /// What the keys of a fleet begin with.
        static func prefix(_ text: String) throws -> String {
            let isPrefix =
                1...64 ~= text.utf8.count
                && text.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || "._-:".utf8.contains($0) }
            guard isPrefix else { throw ValidationError("expected 1 to 64 letters, digits, '.', '_', '-' or ':'") }
            return text
        }
    }
#endif
