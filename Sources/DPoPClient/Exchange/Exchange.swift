public import HTTPTypes

/// Whether a request's body can be sent more than once.
public enum BodyReplay: Sendable, Hashable {
    /// There is none, or it is held whole.
    case always
    /// It is a stream that is used up by sending it.
    case never
}

/// The end of an exchange.
public struct Exchanged<Body> {
    /// The head of the answer.
    public let response: HTTPResponse

    /// What `send` gave beside it.
    public let body: Body

    /// The request that the answer is to: the last one that was sent.
    public let request: SignedRequest

    /// Why it was not sent once more although the server asked for that: its body could not be (`bodyNotReplayable`).
    /// The answer is then the server's refusal.
    public let unresolved: DPoPClientError?
}

extension Exchanged: Sendable where Body: Sendable {}

extension RequestSigner {
    /// Sends a request, and again where the server asks for another proof: for a nonce, for another clock, for a token
    /// that is valid still. At most three sends, each with a proof of its own; a redirect within the origin is a request
    /// of its own.
    ///
    /// - Parameters:
    ///   - request: with scheme, authority and path.
    ///   - replay: whether its body can be sent again.
    ///   - send: sends one request, with its body if it is told to, and follows no redirect. What it throws ends the
    ///     exchange as it is.
    ///   - errorBody: the body of a refusal or a redirect, up to 65,536 bytes of it, which the caller keeps for who gets
    ///     the answer in the end.
    ///
    /// Throws a ``DPoPClientError``: `nonceMissing`, `nonceRepeated`, `clockSkew`, `redirectRefused`; what `sign` and `send`
    /// throw.
    public func exchange<Body>(
        _ request: HTTPRequest, body replay: BodyReplay = .always,
        send: (_ request: HTTPRequest, _ withBody: Bool) async throws -> (HTTPResponse, Body),
        errorBody: (inout Body) async throws -> [UInt8]
    ) async throws -> Exchanged<Body> {
        var request = request
        var hasBody = true
        var redirects = 0
        var signed = try await sign(request, as: nil)
        while true {
            var (response, body) = try await answer(to: signed, withBody: hasBody, send)
            // Before the body, which may be slow to come: others wait for this.
            signed.takeNonce(of: response)
            var refusal: [UInt8] = []
            if [400, 401].contains(response.status.code) || Redirect.isOne(response) {
                refusal = try await errorBody(&body)
            }
            let canReplay = replay == .always || !hasBody
            switch signed.verdict(on: response, errorBody: refusal) {
            case .failed(let error): throw error
            case .signAgain(let next):
                guard canReplay else { return signed.unresolved(response, body) }
                try Task.checkCancellation()
                let again = try await sign(request, as: next)
                // A source that has no other token: the refusal is the answer.
                if next.refused != nil, again.credential == next.refused {
                    again.abandon()
                    return Exchanged(response: response, body: body, request: signed, unresolved: nil)
                }
                signed = again
            case .final:
                guard let redirect = try Redirect(response, of: request, signed, followed: redirects) else {
                    return Exchanged(response: response, body: body, request: signed, unresolved: nil)
                }
                guard canReplay || !redirect.keepsBody else { return signed.unresolved(response, body) }
                request = redirect.request
                hasBody = hasBody && redirect.keepsBody
                redirects += 1
                try Task.checkCancellation()
                signed = try await sign(request, as: nil)
            }
        }
    }

    private func answer<Body>(
        to signed: SignedRequest, withBody: Bool,
        _ send: (_ request: HTTPRequest, _ withBody: Bool) async throws -> (HTTPResponse, Body)
    ) async throws -> (HTTPResponse, Body) {
        do {
            // Signing may have taken its time.
            try Task.checkCancellation()
            return try await send(signed.request, withBody)
        } catch {
            signed.abandon()
            throw error
        }
    }
}

extension SignedRequest {
    fileprivate func unresolved<Body>(_ response: HTTPResponse, _ body: Body) -> Exchanged<Body> {
        memory.observe(.bodyNotReplayable(origin))
        let error = DPoPClientError(
            .bodyNotReplayable, "the server wants the request once more, and its body can not be sent again",
            response: response)
        return Exchanged(response: response, body: body, request: self, unresolved: error)
    }
}
