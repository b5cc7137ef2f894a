#if Valkey
    import ArgumentParser
    import DPoPValkey

    /// Which store a command asks.
    struct StoreOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The Valkey or Redis of the fleet, redis://[USER@]HOST[:PORT][/DATABASE] without a password, or with TLS rediss://.",
                valueName: "url"))
        var store: String

        @Option(help: ArgumentHelp("Its password; - is standard input.", valueName: "file"))
        var storePasswordFile: String?

        @Option(
            help: ArgumentHelp(
                "PEM certificates that its own may be signed by, besides the system's.", valueName: "file"))
        var storeCA: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("What the fleet's keys in it begin with. (default: dpop)", valueName: "text"),
            transform: Read.prefix)
        var prefix = "dpop"

        private static let names = StoreOptionNames(
            url: "--store", passwordFile: "--store-password-file", authority: "--store-ca")

        func settings() throws -> ValkeySettings {
            try requireOneStandardInput([storePasswordFile, storeCA])
            var settings = try ValkeySettings(
                url: store, passwordFile: storePasswordFile, authority: storeCA, prefix: prefix,
                options: StoreOptions.names)
            // One question, by somebody who waits for the answer.
            settings.connections = 1
            settings.deadline = .seconds(2)
            return settings
        }
    }
#endif
