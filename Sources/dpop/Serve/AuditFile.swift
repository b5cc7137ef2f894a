#if Hummingbird
    import DPoPCore
    import DPoPServer

    /// Appends each decision to a file as one line of JSON, before its answer is sent.
    final class AuditFile: DecisionObserver {
        private let path: String
        private let descriptor: Int32

        /// Whether a line could not be written; said once.
        private let hasFailed = Locked(false)

        /// Opens the file, which is made if it is not there, readable by its owner alone. Only a regular one: a line of
        /// it is written while a request waits. Throws a ``Failure``.
        init(_ path: String) throws {
            self.path = path
            descriptor = try openToAppend(path, option: "--audit")
        }

        deinit { closeFile(descriptor) }

        func record(_ event: DecisionEvent) {
            let line = event.json + "\n"
            hasFailed.withLock { hasFailed in
                guard let trouble = append(line.utf8.span, to: descriptor), !hasFailed else { return }
                hasFailed = true
                writeToStandardError("dpop: \(singleLine("--audit \(path): \(trouble); events are lost"))\n")
            }
        }
    }
#endif
