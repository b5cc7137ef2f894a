#if Hummingbird
    import ArgumentParser
    import DPoPCore

    #if Valkey
        import DPoPValkey
    #endif

    /// Where several instances remember together which proofs were used and which keys are revoked.
    struct ReplayOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Remember proofs in this Valkey or Redis, redis://[USER@]HOST[:PORT][/DATABASE] without a password, or with TLS rediss://. (default: in memory)",
                valueName: "url"))
        var replay: String?

        @Option(help: ArgumentHelp("Its password; - is standard input.", valueName: "file"))
        var replayPasswordFile: String?

        @Option(
            help: ArgumentHelp(
                "PEM certificates that its own may be signed by, besides the system's.", valueName: "file"))
        var replayCA: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "What all keys in it begin with, the same at each instance. (default: dpop)", valueName: "text"))
        var replayPrefix: String?

        @Option(
            help: ArgumentHelp(
                "How long it may take to answer, before a request is refused with 503. (default: 50)",
                valueName: "milliseconds"),
            transform: Read.deadline)
        var replayDeadline: Int?

        func validate() throws {
            guard replay == nil else { return }
            for (option, isGiven) in [
                ("--replay-password-file", replayPasswordFile != nil), ("--replay-ca", replayCA != nil),
                ("--replay-prefix", replayPrefix != nil), ("--replay-deadline", replayDeadline != nil),
            ] where isGiven {
                throw ValidationError("\(option): expected --replay beside it")
            }
        }

        /// The store; nil for memory. Throws a ``Failure``.
        func sharedStore() throws -> SharedStore? {
            guard let replay else { return nil }
            #if Valkey
                let prefix: String
                do { prefix = try Read.prefix(replayPrefix ?? "dpop") } catch {
                    throw Failure("--replay-prefix: \(error)")
                }
                var settings = try ValkeySettings(
                    url: replay, passwordFile: replayPasswordFile, authority: replayCA, prefix: prefix,
                    options: StoreOptionNames(
                        url: "--replay", passwordFile: "--replay-password-file", authority: "--replay-ca"))
                if let replayDeadline { settings.deadline = .milliseconds(replayDeadline) }
                return try SharedStore(settings)
            #else
                throw Failure(
                    "--replay: this dpop was built without the trait Valkey; expected a build with --traits "
                        + "Hummingbird,Valkey")
            #endif
        }
    }

    extension Read {
        /// Milliseconds, as many as a store may take.
        static func deadline(_ text: String) throws -> Int {
            guard 1...5 ~= text.utf8.count, text.utf8.allSatisfy(ASCII.isDigit), let time = Int(text),
                1...10_000 ~= time
            else { throw ValidationError("expected whole milliseconds, 1 to 10000") }
            return time
        }
    }
#endif
