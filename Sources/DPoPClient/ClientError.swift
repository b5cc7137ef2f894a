import DPoPCore
public import HTTPTypes

/// Why a request could not be made to count, or a token was not had.
///
/// What waits throws `CancellationError` too, and what a transport, a store or a hook throws by itself, such as a timeout,
/// is passed on as it is. A text that is no URI is ``TargetURI/Malformed``.
public struct DPoPClientError: Error, Sendable {
    /// What went wrong. Codes are stable; new ones may come.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What went wrong.
    public let code: Code

    /// One line for a log, from a fixed list: nothing of a server's answer, no token, proof or key.
    public let reason: String

    /// The head of the answer that it is about, if there was one. Its fields are the server's.
    public let response: HTTPResponse?

    /// What the server said in the terms of OAuth, if it did.
    public let serverError: ServerError?

    /// What another part threw: a signer of your own, a store, a hook.
    public let underlying: (any Error)?

    /// For stores and sources of tokens of one's own, whose contracts name codes to throw.
    ///
    /// - Parameters:
    ///   - reason: one line without a secret; it is shown.
    ///   - underlying: what caused it; not shown.
    public init(_ code: Code, reason: String, underlying: (any Error)? = nil) {
        self.init(code, reason, underlying: underlying)
    }

    package init(
        _ code: Code, _ reason: String, response: HTTPResponse? = nil, serverError: ServerError? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.reason = reason
        self.response = response
        self.serverError = serverError
        self.underlying = underlying
    }
}

extension DPoPClientError.Code: CustomStringConvertible {
    /// The code's name.
    public var description: String { rawValue }
}

extension DPoPClientError.Code {
    /// The server asks for a nonce and gives none that may be used (RFC 9449 §8).
    public static let nonceMissing = Self(rawValue: "nonceMissing")
    /// The server asks for a nonce again after it was given the one that it had asked for.
    public static let nonceRepeated = Self(rawValue: "nonceRepeated")
    /// The request would have to be sent again, and its body can not be.
    public static let bodyNotReplayable = Self(rawValue: "bodyNotReplayable")
    /// The server's clock is further from ours than the settings allow to correct.
    public static let clockSkew = Self(rawValue: "clockSkew")
    /// A token of another type was given where one bound by DPoP was asked for (RFC 9449 §5).
    public static let downgraded = Self(rawValue: "downgraded")
    /// The signer failed, perhaps for now only: a key service that is not reachable, a module that is locked.
    public static let keyUnavailable = Self(rawValue: "keyUnavailable")
    /// A token is bound to another key than the one that is to prove for it.
    public static let keyMismatch = Self(rawValue: "keyMismatch")
    /// The answer sends the request elsewhere: to another origin, in circles, or where it must not go at all.
    public static let redirectRefused = Self(rawValue: "redirectRefused")
    /// The request has no target URI that a proof can name, or is no request for HTTP.
    public static let malformedRequest = Self(rawValue: "malformedRequest")
    /// The proof could not be built.
    public static let proofFailed = Self(rawValue: "proofFailed")
    /// An answer of an authorization server is not what its specification says.
    public static let malformedAnswer = Self(rawValue: "malformedAnswer")
    /// An authorization server refused; ``DPoPClientError/serverError`` says why.
    public static let refusedByServer = Self(rawValue: "refusedByServer")
}

extension DPoPClientError: CustomStringConvertible, CustomReflectable {
    /// Code and reason, and the server's error code where it is one of a name's length.
    public var description: String {
        let said = serverError.map { " (\($0.shownCode))" } ?? ""
        return "\(code.rawValue): \(reason)\(said)"
    }

    // An answer's fields may hold cookies, an underlying error anything.
    public var customMirror: Mirror { Mirror(self, children: ["code": code.rawValue, "reason": reason]) }
}
