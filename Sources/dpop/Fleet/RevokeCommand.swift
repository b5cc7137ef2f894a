#if Valkey
    import ArgumentParser
    import DPoPCore
    import DPoPValkey

    struct RevokeCommand: AwaitedCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Refuse a key's tokens at every server of a fleet.",
            discussion: """
                For a key that leaked, or with --issued-before for a token that leaked. Servers that use the same store \
                refuse the key's tokens within about a second; where all are refused they issue it no new ones. A second \
                call for the same key never narrows the first.

                Waits about 10 s for the store. Exit status: 0 revoked; 1 not revoked, as the store has no room for \
                another key; 2 usage, or no answer (with --json the status "unknown"): then it may be done or not, and to \
                call again does no harm.
                """)

        @OptionGroup var store: StoreOptions

        // Unconditional: one thumbprint in 64 begins with "-".
        @Option(parsing: .unconditional, help: "The thumbprint of the key.", transform: Read.thumbprint)
        var jkt: Thumbprint

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Refuse only tokens issued before this, in seconds since 1970 by the issuer's clock. (default: all)",
                valueName: "seconds"),
            transform: Read.time)
        var issuedBefore: UnixTime?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Remember it until then, in seconds since 1970: the latest exp of the key's tokens. (default: for ever)",
                valueName: "seconds"),
            transform: Read.time)
        var until: UnixTime?

        @Flag(help: "Print one JSON object.")
        var json = false

        private enum End: Sendable {
            case revoked, full
        }

        func runAwaited() async throws {
            guard until.map({ $0 > .now() }) ?? true else {
                throw Failure("--until: expected a time to come; before it nothing is remembered")
            }
            let (jkt, issuedBefore, until) = (jkt, issuedBefore, until)
            let end = try await StoreQuestion(settings: store.settings()).ask { revocations -> End? in
                do throws(ValkeyRevocationError) {
                    try await revocations.revoke(jkt, issuedBefore: issuedBefore, until: until)
                    return .revoked
                } catch {
                    return error == .full ? .full : nil
                }
            }
            try answer(end).print(json: json, isAnswer: end != nil)
        }

        private func answer(_ end: End?) -> Outcome {
            func members(_ status: String) -> [(String, JSONOutput)] {
                [
                    ("status", .string(status)), ("jkt", .string(jkt.jkt)), ("issuedBefore", .time(issuedBefore)),
                    ("until", .time(until)),
                ]
            }
            switch end {
            case .revoked:
                return Outcome(
                    isGood: true, members: members("revoked"),
                    text: "revoked\njkt: \(jkt.jkt)\n" + (issuedBefore.map { "issued before: \($0)\n" } ?? "")
                        + (until.map { "until: \($0)\n" } ?? ""))
            case .full:
                let reason = "not revoked: the store has no room for another revoked key"
                return Outcome(
                    isGood: false, members: members("notRevoked") + [("reason", .string(reason))], text: "",
                    complaint: reason)
            case nil:
                let reason = "the store gave no answer; it is not known whether the key is revoked, call again"
                return Outcome(
                    isGood: false, members: members("unknown") + [("reason", .string(reason))], text: "",
                    complaint: reason)
            }
        }
    }
#endif
