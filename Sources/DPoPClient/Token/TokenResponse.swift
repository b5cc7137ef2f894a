public import DPoPCore
public import HTTPTypes

/// What a client takes where it asked for a bound token.
public enum BindingPolicy: Sendable, Hashable {
    /// A bound token, or an error.
    case required
    /// An unbound one too, with ``SessionEvent/downgraded(_:)``, for servers that are being moved to DPoP.
    case preferred
}

/// A successful answer of a token endpoint (RFC 6749 §5.1, RFC 9449 §5).
public struct TokenResponse: Sendable {
    public let credential: AccessCredential

    /// For more tokens, if the server gave one.
    public let refreshToken: RefreshToken?

    /// The scope of the token in the server's order; nil if it is what was asked for.
    public let scope: [String]?

    /// The bytes of an answer that are read; real ones have a few KiB.
    public static let maximumSize = 1_048_576

    /// The bytes that a token may have; header fields are smaller.
    public static let maximumToken = 16_384

    /// Reads the answer to a token request.
    ///
    /// - Parameters:
    ///   - request: the request that it answers, whose key the token is bound to.
    ///   - policy: whether a token of type Bearer is taken.
    ///   - now: what `expires_in` counts from; nil is the session's clock.
    ///
    /// Throws `refusedByServer` for another status than 200, `malformedAnswer` for what is no such answer (also a
    /// `token_type` that is neither DPoP nor Bearer, in any case), `downgraded` for Bearer where DPoP is required.
    public init(
        _ response: HTTPResponse, body: [UInt8], to request: SignedRequest, policy: BindingPolicy = .required,
        now: UnixTime? = nil
    ) throws(DPoPClientError) {
        guard case .tokenRequest(let slot) = request.purpose else {
            throw DPoPClientError(.malformedRequest, "not the answer to a token request")
        }
        guard response.status.code == 200 else {
            let error = ServerError(response, body: body) ?? ServerError(body: body)
            throw DPoPClientError(
                .refusedByServer, "the token endpoint gave no token", response: response, serverError: error)
        }
        func malformed(_ reason: String) -> DPoPClientError {
            DPoPClientError(.malformedAnswer, reason, response: response)
        }
        guard body.count <= TokenResponse.maximumSize, let answer = try? ClaimValue(json: body) else {
            throw malformed("the token endpoint's answer is not one JSON object")
        }
        guard let text = answer["access_token"]?.text, TokenResponse.isToken(text) else {
            throw malformed("the answer has no access_token that a header field can carry")
        }
        guard let type = answer["token_type"]?.text?.utf8.map(ASCII.lowercased) else {
            throw malformed("the answer has no token_type")
        }
        let expiresAt = try TokenResponse.lifetime(answer["expires_in"]).map {
            (now ?? request.memory.now).advanced(bySeconds: $0)
        }
        if type.elementsEqual("dpop".utf8) {
            credential = .bound(BoundToken(accessToken: text, jkt: slot.jkt, expiresAt: expiresAt))
        } else {
            guard type.elementsEqual("bearer".utf8) else {
                throw malformed("a token_type that is neither DPoP nor Bearer")
            }
            guard policy == .preferred else {
                throw DPoPClientError(.downgraded, "a Bearer token where DPoP was asked for", response: response)
            }
            credential = .bearer(BearerToken(accessToken: text, expiresAt: expiresAt))
            request.memory.observe(.downgraded(slot.origin))
        }
        switch answer["refresh_token"] {
        case nil, .null?: refreshToken = nil
        case .string(let text)? where TokenResponse.isToken(text):
            refreshToken = RefreshToken(text: text, jkt: slot.jkt)
        default: throw malformed("a refresh_token that is none")
        }
        switch answer["scope"] {
        case nil, .null?: scope = nil
        case .string(let text)?:
            guard let scopes = Scope.all(in: text) else { throw malformed("a scope that is none") }
            scope = scopes
        default: throw malformed("a scope that is none")
        }
    }

    private init(_ credential: AccessCredential, _ refreshToken: RefreshToken, _ scope: [String]?) {
        self.credential = credential
        self.refreshToken = refreshToken
        self.scope = scope
    }

    /// With the refresh token that it was had for, unless the server gave a new one (RFC 6749 §6).
    func keeping(_ old: RefreshToken) -> TokenResponse {
        refreshToken == nil ? TokenResponse(credential, old, scope) : self
    }

    /// Visible ASCII, so that nothing of it can end a field or a line.
    package static func isToken(_ text: String) -> Bool {
        1...maximumToken ~= text.utf8.count && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// `expires_in` in whole seconds, a fraction dropped; some servers write it as a string. Absent is nil, and so is
    /// null, which some write for it.
    private static func lifetime(_ value: ClaimValue?) throws(DPoPClientError) -> Int64? {
        let seconds: Int64? =
            switch value {
            case nil, .null?: nil
            case .integer(let seconds)?: seconds
            case .double(let seconds)?: Int64(exactly: seconds.rounded(.down)) ?? -1
            case .string(let text)? where 1...12 ~= text.utf8.count && text.utf8.allSatisfy(ASCII.isDigit): Int64(text)
            default: -1
            }
        guard let seconds else { return nil }
        guard 0...UnixTime.latestClaim ~= seconds else {
            throw DPoPClientError(.malformedAnswer, "an expires_in that is no number of seconds")
        }
        return seconds
    }
}
