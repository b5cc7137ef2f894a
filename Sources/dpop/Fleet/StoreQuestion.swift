#if Valkey
    import DPoPCore
    import DPoPServer
    import DPoPValkey

    /// One command's question to the store that a fleet shares.
    struct StoreQuestion {
        let settings: ValkeySettings

        /// How long a server may take to be there and to answer; a question that is under way then is waited for.
        static let patience = Duration.seconds(10)
        private static let pause = Duration.milliseconds(20)

        /// What ends first.
        private enum Step<Answer: Sendable>: Sendable {
            /// The connection did, and is not made again.
            case disconnected
            case answered(Answer?)
        }

        /// Asks until there is an answer; nil if there was none in time. The question must bear being asked again.
        ///
        /// Throws a ``Failure`` for a server that must not be used, and for settings that must not be.
        func ask<Answer: Sendable>(
            _ question: @escaping @Sendable (ValkeyKeyRevocations) async -> Answer?
        ) async throws -> Answer? {
            let store: ValkeyStore
            do { store = try ValkeyStore(settings) } catch { throw Failure("--store: \(error)") }
            return try await withThrowingTaskGroup(of: Step<Answer>.self) { group in
                group.addTask {
                    do { try await store.run() } catch let error as ValkeyConfigurationError {
                        throw Failure("--store: \(error)")
                    }
                    return .disconnected
                }
                group.addTask {
                    let end = ContinuousClock.now + StoreQuestion.patience
                    repeat {
                        if let answer = await question(store.revocations) { return .answered(answer) }
                        try await Task.sleep(for: StoreQuestion.pause)
                    } while ContinuousClock.now < end
                    return .answered(nil)
                }
                defer { group.cancelAll() }
                while let step = try await group.next() {
                    if case .answered(let answer) = step { return answer }
                }
                return nil
            }
        }
    }

    extension Outcome {
        init(isGood: Bool, members: [(String, JSONOutput)], text: String, complaint: String? = nil) {
            self.init(isGood: isGood, members: members, text: Array(text.utf8), complaint: complaint)
        }

        /// Prints it, as a command that sends no requests does. Throws ``Refused`` if it is not good.
        ///
        /// - Parameter isAnswer: whether the store has spoken. If not, ``NoAnswer`` is thrown, so that no script takes it
        ///   for a refusal.
        func print(json isJSON: Bool, isAnswer: Bool = true) throws {
            if isJSON {
                try writeToStandardOutput(JSONOutput.object(members).text + "\n")
            } else {
                try writeToStandardOutput(text.span)
                if let complaint { writeToStandardError("dpop: \(singleLine(complaint))\n") }
            }
            guard isAnswer else { throw NoAnswer() }
            guard isGood else { throw Refused() }
        }
    }

    extension JSONOutput {
        /// Seconds since 1970, or null.
        static func time(_ time: UnixTime?) -> JSONOutput { time.map { .verbatim($0.description) } ?? .null }
    }
#endif
