public import HTTPTypes

/// An answer that refuses a request, ready to send. Nothing in it is taken from the request.
public struct Denial: Error, Sendable {
    /// 400, 401, 421, 429, 500 or 503.
    public let status: HTTPResponse.Status

    /// All header fields: Content-Type, Content-Length, challenges, DPoP-Nonce, Cache-Control, Retry-After, CORS.
    public let headerFields: HTTPFields

    /// A JSON object with `error` and `error_description` (RFC 6749 §5.2), or nothing.
    public let body: [UInt8]

    /// Why, for logs and metrics.
    public let code: DecisionCode

    init(status: HTTPResponse.Status, headerFields: HTTPFields, body: [UInt8], code: DecisionCode) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
        self.code = code
    }

    /// Status and header fields as a response.
    public var response: HTTPResponse { HTTPResponse(status: status, headerFields: headerFields) }
}

extension HTTPFields {
    /// Adds a nonce for the client's next proof. An answer with one must not be reused for others (RFC 9449 §8.2).
    mutating func setNonce(_ nonce: String?) {
        guard let nonce else { return }
        self[.dpopNonce] = nonce
        self[.cacheControl] = "no-store"
    }
}

extension Refusal {
    /// The `error` of the body; nil where there is no body.
    private var bodyError: String? {
        switch answer {
        case .badRequest: WireError.invalidRequest.rawValue
        case .challenge(let error): error?.rawValue
        case .misdirected: WireError.invalidRequest.rawValue
        case .tooManyRequests, .unavailable: "temporarily_unavailable"
        case .fault: "server_error"
        }
    }

    var status: HTTPResponse.Status {
        switch answer {
        case .badRequest: .badRequest
        case .challenge: .unauthorized
        case .misdirected: .misdirectedRequest
        case .tooManyRequests: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }

    /// The answer with these fields beside its own.
    ///
    /// - Parameter retryAfter: seconds, for what may be better later (RFC 9110 §10.2.3).
    func denial(adding fields: HTTPFields, retryAfter: Int64) -> Denial {
        denial(status: status, error: bodyError, fields, retryAfter)
    }

    /// The same at a token endpoint, where the client's faults are all 400 and there are no challenges (RFC 6749 §5.2).
    func tokenEndpointDenial(adding fields: HTTPFields, retryAfter: Int64) -> Denial {
        guard case .challenge(let error) = answer else { return denial(adding: fields, retryAfter: retryAfter) }
        // What is an invalid token at a resource is a grant bound to another key here.
        let name = error == .invalidToken ? "invalid_grant" : error?.rawValue
        return denial(status: .badRequest, error: name, fields, retryAfter)
    }

    private func denial(
        status: HTTPResponse.Status, error: String?, _ fields: HTTPFields, _ retryAfter: Int64
    ) -> Denial {
        var fields = fields
        switch answer {
        case .tooManyRequests, .unavailable: fields[.retryAfter] = String(retryAfter)
        default: break
        }
        var body: [UInt8] = []
        if let error {
            // Both are texts of ours that need no escapes.
            body = Array("{\"error\":\"\(error)\",\"error_description\":\"\(reason)\"}".utf8)
            fields[.contentType] = "application/json"
        }
        fields[.contentLength] = String(body.count)
        return Denial(status: status, headerFields: fields, body: body, code: code)
    }
}
