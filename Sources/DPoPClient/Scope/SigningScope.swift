public import DPoPCore
public import HTTPTypes

/// What a ``ScopedSession`` or ``ScopedTokens`` may sign for. Everything in it limits; nothing is without a limit but paths.
public struct SigningScope: Sendable, Hashable {
    /// Where requests may go, 1…1,000.
    public let origins: Set<ServerOrigin>

    /// The methods that they may have, 1…100, compared byte for byte: methods are case-sensitive (RFC 9110 §9.1).
    public let methods: Set<HTTPRequest.Method>

    /// Where in these origins; nil for anywhere.
    public let paths: [PathPrefix]?

    /// How many uses in which time.
    public let rate: SigningRate

    /// Signing ends when the session's clock reaches this time. A proof that was made before is good for as long as
    /// servers accept it, usually a minute.
    public let until: UnixTime

    /// - Parameters:
    ///   - paths: 1…1,000 prefixes; nil for all paths.
    ///
    /// Throws `invalidScope` for too few or too many of anything.
    public init(
        origins: Set<ServerOrigin>, methods: Set<HTTPRequest.Method>, paths: [PathPrefix]? = nil, rate: SigningRate,
        until: UnixTime
    ) throws(DPoPClientError) {
        guard 1...1_000 ~= origins.count else { throw DPoPClientError(.invalidScope, "not 1 to 1000 origins") }
        guard 1...100 ~= methods.count else { throw DPoPClientError(.invalidScope, "not 1 to 100 methods") }
        if let paths, !(1...1_000 ~= paths.count) {
            throw DPoPClientError(.invalidScope, "not 1 to 1000 path prefixes")
        }
        self.origins = origins
        self.methods = methods
        self.paths = paths
        self.rate = rate
        self.until = until
    }

    /// Throws `outsideScope` unless a request with this method to this target may be signed.
    func check(_ request: HTTPRequest, _ target: WireTarget) throws(DPoPClientError) {
        guard origins.contains(target.origin) else {
            throw DPoPClientError(.outsideScope, "the origin is not one of the scope's")
        }
        guard methods.contains(request.method) else {
            throw DPoPClientError(.outsideScope, "the method is not one of the scope's")
        }
        if let paths {
            guard let path = PathPrefix.plainPath(of: request, target.uri) else {
                throw DPoPClientError(.outsideScope, "a path that servers may read in several ways")
            }
            guard paths.contains(where: { $0.covers(path) }) else {
                throw DPoPClientError(.outsideScope, "the path is not below one of the scope's")
            }
        }
    }

    /// Throws `outsideScope` unless this one allows nothing that the other does not, the rate left aside.
    func checkIsWithin(_ wider: SigningScope) throws(DPoPClientError) {
        let pathsAreWithin =
            if let limits = wider.paths {
                (paths ?? []).allSatisfy { own in limits.contains { $0.covers(own.text) } } && paths != nil
            } else { true }
        guard origins.isSubset(of: wider.origins), methods.isSubset(of: wider.methods), pathsAreWithin,
            !(wider.until < until)
        else { throw DPoPClientError(.outsideScope, "the scope is wider than the one that it is to narrow") }
    }
}

extension DPoPClientError.Code {
    /// The limits of a scope or of a rate are none, or out of range.
    public static let invalidScope = Self(rawValue: "invalidScope")
    /// A scoped handle was to sign for an origin, a method or a path that it must not, or to be made wider.
    public static let outsideScope = Self(rawValue: "outsideScope")
    /// A scoped handle was used more often than it may be; later it may be again.
    public static let rateExceeded = Self(rawValue: "rateExceeded")
    /// There was no token for a request of a scoped handle, because of an error that is none of this module's. In
    /// ``ScopeEvent/refusal`` alone.
    public static let tokenUnavailable = Self(rawValue: "tokenUnavailable")
    /// The time of a scoped handle is over.
    public static let scopeExpired = Self(rawValue: "scopeExpired")
    /// A scoped handle, or the one that it was narrowed from, was revoked.
    public static let scopeRevoked = Self(rawValue: "scopeRevoked")
}
