#if Observability
    import DPoPCore
    public import DPoPServer
    public import Logging

    /// Writes one log entry for each decision.
    ///
    /// The message is one of four fixed texts, and the event is the entry's metadata, each member under `dpop.` and its
    /// name in ``DecisionEvent/json``. Texts that come from a request or a token are cut to 1,024 bytes, and what is not
    /// printable ASCII is escaped, so that none of them ends a line or makes up a member. Never a token, a proof, a nonce
    /// or a `jti`; of an `htu` no query, which might hold anything.
    ///
    /// Who may send requests may fill the log with refusals: bound its size where it is kept.
    public struct LoggingObserver: DecisionObserver {
        private let logger: Logger
        private let granted: Logger.Level
        private let denied: Logger.Level

        /// - Parameters:
        ///   - logger: where to.
        ///   - granted: the level of requests that were granted on a proof or a certificate.
        ///   - denied: the level of requests that were refused. What looks like theft, a replay or a bound token without
        ///     its key, is a warning, and what is the server's own fault an error, if that is more.
        ///
        /// Requests that passed on less than a proof are warnings always.
        public init(
            logger: Logger = Logger(label: "dpop"), granted: Logger.Level = .debug, denied: Logger.Level = .notice
        ) {
            self.logger = logger
            self.granted = granted
            self.denied = denied
        }

        public func record(_ event: DecisionEvent) {
            logger.log(level: level(of: event), message(for: event), metadata: event.metadata, source: "DPoP")
        }

        private func message(for event: DecisionEvent) -> Logger.Message {
            switch event.decision {
            case .granted: event.isUnproven ? "request granted on an unbound token" : "request granted"
            case .denied: "request denied"
            case .passedUnproven: "request passed without a good proof"
            }
        }

        private func level(of event: DecisionEvent) -> Logger.Level {
            switch event.decision {
            case .granted: return event.isUnproven ? .warning : granted
            case .passedUnproven: return .warning
            case .denied:
                guard let code = event.code else { return denied }
                if Self.faults.contains(code) { return max(denied, .error) }
                return Self.suspicious.contains(code) ? max(denied, .warning) : denied
            }
        }

        /// Of a token that came without its key, or of a key that does what no client does.
        private static let suspicious: Set<DecisionCode> = [
            .boundTokenAsBearer, .certificateMissing, .certificateMismatch, DecisionCode(.replayed),
            DecisionCode(.keyBindingMismatch), DecisionCode(.keyRevoked), DecisionCode(.tooManyProofs),
            DecisionCode(.privateKeyInProof),
        ]

        private static let faults: Set<DecisionCode> = [
            .keyStatusUnavailable, DecisionCode(AccessTokenRejection.Code.unavailable),
            DecisionCode(.replayStoreFull), DecisionCode(.replayStoreUnavailable), DecisionCode(.cryptoFailure),
        ]
    }

    extension DecisionEvent {
        fileprivate var metadata: Logger.Metadata {
            var metadata: Logger.Metadata = [:]
            func set(_ name: String, _ value: String?) {
                if let value { metadata["dpop." + name] = .string(value) }
            }
            func set(_ name: String, _ value: Int64?) { set(name, value.map { String($0) }) }
            set("decision", decision.rawValue)
            set("endpoint", endpoint.rawValue)
            set("unproven", isUnproven ? "true" : "false")
            set("code", code.map { LogText.escaped($0.rawValue) })
            set("claim", claim.map { LogText.escaped($0.rawValue) })
            set("scheme", scheme?.rawValue)
            set("confirmation", confirmation?.rawValue)
            set("reason", reason.map { LogText.escaped($0, spaces: true) })
            set("method", LogText.escaped(method))
            set("targetURI", targetURI.map { LogText.escaped($0) })
            set("clientAddress", clientAddress.map { LogText.escaped($0) })
            set("requestID", requestID.map { LogText.escaped($0) })
            set("subject", subject.map { LogText.escaped($0) })
            set("clientID", clientID.map { LogText.escaped($0) })
            set("tokenExpiresAt", tokenExpiresAt?.seconds)
            set("firstSeenAt", firstSeenAt?.seconds)
            set("replayLatency", replayLatency.map { $0.microseconds })
            guard let proof else { return metadata }
            set("jkt", proof.jkt.jkt)
            set("jtiHash", LogText.escaped(proof.jtiHash))
            set("htm", proof.htm.map { LogText.escaped($0) })
            set("htu", proof.htu.map { LogText.escaped($0) })
            set("iat", proof.iat.seconds)
            set("ath", proof.ath.map { LogText.escaped($0) })
            set("clockSkew", proof.clockSkew)
            set("signatureVerified", proof.signatureVerified ? "true" : "false")
            return metadata
        }
    }
#endif
