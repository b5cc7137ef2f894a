#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes

    /// A response, ready to send. Thrown where it refuses.
    struct Answer: Error, Sendable {
        var status: HTTPResponse.Status
        var fields: HTTPFields
        var body: [UInt8]

        init(_ status: HTTPResponse.Status, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
            self.status = status
            self.fields = fields
            self.body = body
        }

        /// What a guard or a token endpoint answers.
        init(_ denial: Denial) { self.init(denial.status, fields: denial.headerFields, body: denial.body) }

        /// A JSON object.
        ///
        /// - Parameters:
        ///   - isStored: whether others may keep it; what holds a token must not be (RFC 6749 §5.1).
        ///   - fields: to stand beside the content type.
        static func json(
            _ members: [String: ClaimValue], status: HTTPResponse.Status = .ok, isStored: Bool = false,
            fields: HTTPFields = HTTPFields()
        ) -> Answer {
            var fields = fields
            fields[.contentType] = "application/json"
            if !isStored { fields[.cacheControl] = "no-store" }
            // Fails only for numbers that are none and for what is nested deeply: there is no such document here.
            guard let body = try? ClaimValue.object(members).json() else { return Answer(.internalServerError) }
            return Answer(status, fields: fields, body: body)
        }

        /// An answer of the authorization server that refuses (RFC 6749 §5.2).
        ///
        /// - Parameter description: from a fixed list: nothing of a request is reflected.
        static func error(
            _ error: OAuthError, _ description: String, status: HTTPResponse.Status = .badRequest,
            fields: HTTPFields = HTTPFields()
        ) -> Answer {
            json(
                ["error": .string(error.rawValue), "error_description": .string(description)], status: status,
                fields: fields)
        }

        /// There is no room: nothing that is alive is forgotten for it.
        static func full(_ what: String) -> Answer {
            error(.temporarilyUnavailable, what, status: .serviceUnavailable, fields: [.retryAfter: "10"])
        }

        /// libcrypto failed.
        static var fault: Answer { error(.serverError, "cryptography failed", status: .internalServerError) }
    }

    /// The values of `error` (RFC 6749 §4.1.2.1, §5.2, RFC 7009 §2.2.1).
    enum OAuthError: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case invalidDPoPProof = "invalid_dpop_proof"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
    }
#endif
