#if Valkey
    import ArgumentParser
    import DPoPCore
    import DPoPServer
    import DPoPValkey

    struct RevokedCommand: AwaitedCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoked", abstract: "Show which keys are revoked for a fleet, or how it is with one.",
            discussion: """
                Prints a line for each revoked key, or with --jkt whether that one is active or revoked. A key that \
                nobody revoked is active.

                Waits about 10 s for the store. Exit status: 0 the list, or an active key; 1 a revoked key; 2 usage, or no \
                answer (with --json the status "unknown").
                """)

        @OptionGroup var store: StoreOptions

        // Unconditional: one thumbprint in 64 begins with "-".
        @Option(parsing: .unconditional, help: "The thumbprint of one key.", transform: Read.thumbprint)
        var jkt: Thumbprint?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "When the key's token was issued, in seconds since 1970. Without it a key counts as revoked if any of its tokens is.",
                valueName: "seconds"),
            transform: Read.time)
        var issuedAt: UnixTime?

        @Flag(help: "Print one JSON object.")
        var json = false

        private static let noAnswer = "the store gave no answer"

        func validate() throws {
            guard issuedAt == nil || jkt != nil else {
                throw ValidationError("--issued-at: expected --jkt beside it")
            }
        }

        func runAwaited() async throws {
            let question = StoreQuestion(settings: try store.settings())
            guard let jkt else {
                let keys = try await keys(question)
                return try list(keys).print(json: json, isAnswer: keys != nil)
            }
            let issuedAt = issuedAt
            let status = try await question.ask { revocations -> KeyStatus? in
                let status = await revocations.status(of: jkt, tokenIssuedAt: issuedAt, now: .now())
                return status == .unknown ? nil : status
            }
            try answer(status ?? .unknown, jkt).print(json: json, isAnswer: status != nil)
        }

        private func answer(_ status: KeyStatus, _ jkt: Thumbprint) -> Outcome {
            let name =
                switch status {
                case .active: "active"
                case .revoked: "revoked"
                case .unknown: "unknown"
                }
            var members: [(String, JSONOutput)] = [("status", .string(name)), ("jkt", .string(jkt.jkt))]
            var complaint: String?
            if status == .unknown {
                members.append(("reason", .string(RevokedCommand.noAnswer)))
                complaint = RevokedCommand.noAnswer
            }
            return Outcome(
                isGood: status == .active, members: members, text: "\(name)\njkt: \(jkt.jkt)\n", complaint: complaint)
        }

        /// Nil if there was no answer.
        private func keys(_ question: StoreQuestion) async throws -> [RevokedKey]? {
            try await question.ask { revocations -> [RevokedKey]? in
                do throws(ValkeyRevocationError) { return try await revocations.list() } catch { return nil }
            }
        }

        private func list(_ keys: [RevokedKey]?) -> Outcome {
            guard let keys else {
                let reason = RevokedCommand.noAnswer
                return Outcome(
                    isGood: false, members: [("status", .string("unknown")), ("reason", .string(reason))], text: "",
                    complaint: reason)
            }
            // In an order that two calls have in common.
            let sorted = keys.map { ($0.thumbprint.jkt, $0) }.sorted { $0.0 < $1.0 }
            let objects = sorted.map { jkt, key in
                JSONOutput.object([
                    ("jkt", .string(jkt)), ("issuedBefore", .time(key.issuedBefore)), ("until", .time(key.until)),
                ])
            }
            let lines = sorted.map { jkt, key in
                jkt + (key.issuedBefore.map { " issued before \($0)" } ?? "") + (key.until.map { " until \($0)" } ?? "")
                    + "\n"
            }
            return Outcome(isGood: true, members: [("revoked", .array(objects))], text: lines.joined())
        }
    }
#endif
