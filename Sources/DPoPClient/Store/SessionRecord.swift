public import DPoPCore

/// A client's key and the tokens that were given for it, kept as one: neither is of use without the other.
public struct SessionRecord: Sendable {
    /// The key that new tokens are asked for with, and the latest of them.
    public internal(set) var current: Entry

    /// Keys from before, each until its bound token has expired, and one that is about to become the current one, without
    /// tokens yet. The latest comes first; 16 at most.
    public internal(set) var others: [Entry]

    /// Whose the tokens are; nil if that was never said.
    public internal(set) var identity: Identity?

    /// A client at an authorization server, whose tokens are for nobody else.
    public struct Identity: Sendable, Equatable {
        /// The issuer's identifier, as its document has it.
        public let issuer: String
        public let clientID: String

        public init(issuer: String, clientID: String) {
            self.issuer = issuer
            self.clientID = clientID
        }

        /// Byte for byte.
        public static func == (a: Identity, b: Identity) -> Bool {
            a.issuer.utf8.elementsEqual(b.issuer.utf8) && a.clientID.utf8.elementsEqual(b.clientID.utf8)
        }
    }

    /// A key with its tokens.
    public struct Entry: Sendable {
        public let key: Key

        /// Nil before the first.
        public internal(set) var tokens: Tokens?

        /// The thumbprint of the key.
        public var jkt: Thumbprint { key.jkt }
    }

    /// Where a key is.
    public enum Key: Sendable {
        /// In the record itself.
        case held(SigningKey)
        /// With a signer of the caller's; the record knows its thumbprint.
        case elsewhere(Thumbprint)

        /// The thumbprint of the key.
        public var jkt: Thumbprint {
            switch self {
            case .held(let key): key.publicJWK.thumbprint
            case .elsewhere(let jkt): jkt
            }
        }
    }

    /// What a token endpoint gave.
    public struct Tokens: Sendable, Hashable {
        public let credential: AccessCredential

        /// For the next ones. It may be from an earlier answer, and for an earlier key.
        public let refreshToken: RefreshToken?

        /// As the server answered; nil if the scope is what was asked for.
        public let scope: [String]?

        /// When the answer came, by our clock, in whole seconds.
        public let obtainedAt: UnixTime
    }

    /// How many other keys are kept.
    static let maximumOthers = 16

    /// A record to begin with.
    ///
    /// - Parameters:
    ///   - key: the key, which every token request is to prove from now on.
    ///   - response: the tokens that were had for it already, such as for an authorization code.
    ///   - identity: whose they are; nil leaves it to the first ``TokenSource`` of a client.
    ///   - now: when they came.
    ///
    /// Throws `keyMismatch` for tokens of another key.
    public init(
        key: Key, response: TokenResponse? = nil, identity: Identity? = nil, now: UnixTime = .now()
    ) throws(DPoPClientError) {
        let tokens = response.map { Tokens($0, keeping: nil, now: now) }
        try self.init(current: Entry(key: key, tokens: tokens), others: [], identity: identity)
    }

    /// Throws `keyMismatch` for a bound token of another key than its entry's.
    ///
    /// - Parameter others: of other keys than the current one's, each once.
    init(current: Entry, others: [Entry], identity: Identity? = nil) throws(DPoPClientError) {
        for entry in [current] + others {
            if case .bound(let token)? = entry.tokens?.credential, token.jkt != entry.jkt {
                throw DPoPClientError(
                    .keyMismatch, "a token is bound to another key than the one that it is stored with")
            }
        }
        self.current = current
        self.others = others
        self.identity = identity
    }
}

extension SessionRecord {
    /// Leaves out the keys whose tokens have expired.
    ///
    /// - Parameter keepsUnused: whether a key without tokens stays.
    mutating func prune(now: UnixTime, keepsUnused: Bool) {
        others.removeAll { entry in
            guard let tokens = entry.tokens else { return !keepsUnused }
            guard let expiresAt = tokens.credential.expiresAt else { return false }
            return expiresAt <= now
        }
        others = Array(others.prefix(SessionRecord.maximumOthers))
    }

    /// What changes with every answer of a token endpoint, and with every key.
    var mark: Mark {
        Mark(jkt: current.jkt, access: current.tokens?.credential.text, refresh: current.tokens?.refreshToken?.text)
    }

    struct Mark: Sendable, Hashable {
        let jkt: Thumbprint
        let access: String?
        let refresh: String?

        var withoutRefreshToken: Mark { Mark(jkt: jkt, access: access, refresh: nil) }
    }
}

extension SessionRecord.Tokens {
    /// From an answer, with times in whole seconds: what is stored is read as the same.
    ///
    /// - Parameter earlier: the refresh token that it was given for, which stays valid if there is no new one (RFC 6749
    ///   §6).
    init(_ response: TokenResponse, keeping earlier: RefreshToken?, now: UnixTime) {
        self.init(
            credential: response.credential.inWholeSeconds, refreshToken: response.refreshToken ?? earlier,
            scope: response.scope, obtainedAt: UnixTime(seconds: now.seconds))
    }

    /// Whether it is to be used at this time: until 30 s before it expires, or a tenth of its lifetime if that is less,
    /// so that it does not expire on its way. Without a time of expiry it is until it is refused.
    func isFresh(now: UnixTime) -> Bool {
        guard let expiresAt = credential.expiresAt else { return true }
        let (lifetime, overflow) = expiresAt.seconds.subtractingReportingOverflow(obtainedAt.seconds)
        let margin = overflow ? 30 : min(30, max(0, lifetime / 10))
        return now < expiresAt.advanced(bySeconds: -margin)
    }

    /// Whether it has not expired.
    func isValid(now: UnixTime) -> Bool { credential.expiresAt.map { now < $0 } ?? true }
}

extension AccessCredential {
    /// The access token.
    var text: String {
        switch self {
        case .bound(let token): token.accessToken
        case .bearer(let token): token.accessToken
        }
    }

    fileprivate var inWholeSeconds: AccessCredential {
        let expiresAt = expiresAt.map { UnixTime(seconds: $0.seconds) }
        return switch self {
        case .bound(let token):
            .bound(BoundToken(accessToken: token.accessToken, jkt: token.jkt, expiresAt: expiresAt))
        case .bearer(let token): .bearer(BearerToken(accessToken: token.accessToken, expiresAt: expiresAt))
        }
    }
}

extension SessionRecord.Tokens: CustomStringConvertible, CustomReflectable {
    /// Names the kind of token and its key, no token and no scope.
    public var description: String { "Tokens(\(credential))" }
    public var customMirror: Mirror { Mirror(self, children: ["credential": credential]) }
}
