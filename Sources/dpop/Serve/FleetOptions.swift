#if Hummingbird
    import ArgumentParser
    import DPoPCore
    import DPoPServer

    /// What instances behind one origin must have the same of, so that one takes what another issued.
    struct FleetOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The private key of access tokens, a PKCS#8 PEM file; - is standard input. (default: a new one)",
                valueName: "file"))
        var signingKey: String?

        @Option(help: ArgumentHelp("The passphrase of that key, if it is encrypted.", valueName: "file"))
        var signingKeyPassphraseFile: String?

        @Option(
            help: ArgumentHelp(
                "The secret of nonces: 32 to 1024 random bytes, taken as they are. (default: new ones)",
                valueName: "file"))
        var nonceSecret: String?

        /// The bytes that a secret's file may have; 32 are enough.
        private static let largestNonceSecret = 1_024

        func validate() throws {
            guard signingKeyPassphraseFile == nil || signingKey != nil else {
                throw ValidationError("--signing-key-passphrase-file: expected --signing-key beside it")
            }
        }

        /// Nil for a new one.
        func readSigningKey() throws -> SigningKey? {
            try signingKey.map {
                try readKey(
                    $0, option: "--signing-key", passphraseFile: signingKeyPassphraseFile,
                    passphraseOption: "--signing-key-passphrase-file")
            }
        }

        /// Nil for a new one.
        func readNonceSecret() throws -> NonceSecret? {
            try nonceSecret.map { path in
                let option = "--nonce-secret"
                let bytes = try readFile(
                    path, option: option, largest: FleetOptions.largestNonceSecret, isSecret: true)
                do { return try NonceSecret(bytes) } catch {
                    throw Failure("\(displayName(path, option: option)): \(error)")
                }
            }
        }
    }
#endif
