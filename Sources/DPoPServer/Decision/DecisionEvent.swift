public import DPoPCore

/// One decision about one request, as data: for logs, metrics, and whoever looks into an incident.
///
/// Never holds an access token, a proof, a nonce or a `jti`. What comes from the request (``proof``, ``method``) is as
/// the client wrote it and bounded; escape it as your log's format asks. ``json`` does.
public struct DecisionEvent: Sendable {
    public enum Decision: String, Sendable, CaseIterable {
        case granted, denied
        /// Granted in report-only mode in spite of ``code``.
        case passedUnproven
    }

    /// Who decided.
    public enum Endpoint: String, Sendable, CaseIterable {
        case resource, token, pushedAuthorizationRequest
    }

    /// The scheme of the credentials.
    public enum Scheme: String, Sendable, CaseIterable {
        case dpop = "DPoP"
        case bearer = "Bearer"
    }

    /// What a token is bound to.
    public enum ConfirmationKind: String, Sendable, CaseIterable {
        case unbound, jkt, certificate, jktAndCertificate
    }

    public var time: UnixTime
    public var decision: Decision
    public var endpoint: Endpoint

    /// Why it was denied or passed unproven.
    public var code: DecisionCode?

    /// The claim, header parameter or confirmation member that the code is about, where it is one of the proof.
    public var claim: ProofRejection.Claim?

    /// One line from a fixed list.
    public var reason: String?

    /// The scheme of the credentials; nil without any.
    public var scheme: Scheme?

    /// The request's method.
    public var method: String

    /// The request's target URI, normalised; nil where it is none of the server's.
    public var targetURI: String?

    /// What the proof says, where it could be read.
    public var proof: ProofFacts?

    /// The client's IP address; nil where it is not known.
    public var clientAddress: String?

    /// ``ClientConnection/requestID``.
    public var requestID: String?

    /// The token's `sub`, once it is verified.
    public var subject: String?

    /// The token's `client_id`, once it is verified.
    public var clientID: String?

    /// The token's `exp`, once it is verified.
    public var tokenExpiresAt: UnixTime?

    /// What the token is bound to, once it is verified.
    public var confirmation: ConfirmationKind?

    /// How long the replay store took; nil where it was not asked.
    public var replayLatency: Duration?

    /// For a replay: when the same proof was used first, in whole seconds.
    public var firstSeenAt: UnixTime?

    /// Whether the request was granted on less than the server could ask: an unbound token, or no good proof.
    public var isUnproven: Bool {
        switch decision {
        case .granted: scheme == .bearer && confirmation == .unbound
        case .passedUnproven: true
        case .denied: false
        }
    }
}

/// What a proof says. Unless ``signatureVerified``, anybody may have written it.
public struct ProofFacts: Sendable, Hashable {
    /// The thumbprint of its key.
    public var jkt: Thumbprint
    /// SHA-256 of its `jti` as 43 characters of base64url.
    public var jtiHash: String
    /// Nil if it is no method (a token of RFC 9110 §5.6.2 of up to 64 bytes).
    public var htm: String?
    /// Normalised, without the query that a client should not have sent; nil if it is no target URI.
    public var htu: String?
    public var iat: UnixTime
    public var ath: String?
    /// `iat` minus the server's time, in seconds: how far ahead the client's clock is, the way included.
    public var clockSkew: Int64
    /// Whether its key's owner made it.
    public var signatureVerified: Bool

    init(_ claims: ProofClaims, _ jkt: Thumbprint, now: UnixTime, signatureVerified: Bool) {
        self.jkt = jkt
        jtiHash = AccessTokenHash(of: claims.jti).ath
        let isMethod = 1...64 ~= claims.htm.utf8.count && claims.htm.utf8.allSatisfy(ASCII.isTokenCharacter)
        htm = isMethod ? claims.htm : nil
        htu = (try? TargetURI(claims.htu))?.normalized
        iat = claims.iat
        // Short of an ath, which a client may make as long as the proof, nothing here is unbounded.
        ath = claims.ath.flatMap { $0.utf8.count == 43 ? $0 : nil }
        // Far from overflow: iat is in 0…253402300799, and no clock shows the age of the universe.
        clockSkew = claims.iat.seconds.subtractingReportingOverflow(now.seconds).partialValue
        self.signatureVerified = signatureVerified
    }
}

/// Is told each decision.
public protocol DecisionObserver: Sendable {
    /// Called once for each request, before its answer is sent. Must not wait: hand the event on.
    func record(_ event: DecisionEvent)
}

extension DecisionEvent.ConfirmationKind {
    init(_ confirmation: Confirmation) {
        switch (confirmation.jkt, confirmation.certificate) {
        case (nil, nil): self = .unbound
        case (.some, nil): self = .jkt
        case (nil, .some): self = .certificate
        case (.some, .some): self = .jktAndCertificate
        }
    }
}
