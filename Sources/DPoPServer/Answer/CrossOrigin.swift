public import HTTPTypes

/// Which pages of other origins may call a resource or a token endpoint and read its answers: CORS, as the Fetch
/// standard defines it (§3.3).
///
/// Pages may always send Authorization and DPoP, and read WWW-Authenticate and DPoP-Nonce, without which a page can not
/// answer a challenge. A ``ResourceGuard`` uses this through ``ResourceConfiguration/crossOrigin``; a token endpoint
/// answers ``preflight(_:)`` itself and adds ``responseFields(_:)`` to every answer, refusals too.
///
/// Answers hold nothing of a request but its origin, and that only where it equals a listed one byte for byte.
public struct CrossOrigin: Sendable {
    /// Whose pages are allowed.
    public enum Origins: Sendable, Hashable {
        /// Those of every origin. Right where a token in the page's hands is what counts, as it is with DPoP.
        case any
        /// Those of these, each spelled as browsers send it in Origin: scheme and host in lower case, no default port,
        /// no slash at the end.
        case listed([String])
    }

    public let origins: Origins

    private let listed: Set<[UInt8]>
    private let preflightFields: HTTPFields
    private let answerFields: HTTPFields

    /// - Parameters:
    ///   - origins: whose pages are allowed.
    ///   - methods: what they may ask for. GET, HEAD and POST can not be kept from them this way.
    ///   - requestHeaders: which header fields they may send beside Authorization and DPoP: `[.contentType]` where
    ///     bodies are JSON.
    ///   - exposedHeaders: which header fields of answers they may read beside WWW-Authenticate and DPoP-Nonce.
    ///   - allowsCredentials: whether their requests may bring cookies and client certificates. Not with
    ///     ``Origins/any``. DPoP needs neither.
    ///   - maximumAge: for how long a browser may remember the answer to a preflight, seconds, 0…86,400.
    ///
    /// Throws for no methods, no origins, one that is not spelled so (`null` neither: any page can be that), for
    /// credentials with any origin, and for an age out of its range.
    public init(
        _ origins: Origins, methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete],
        requestHeaders: [HTTPField.Name] = [], exposedHeaders: [HTTPField.Name] = [], allowsCredentials: Bool = false,
        maximumAge: Int = 600
    ) throws(ConfigurationError) {
        guard !methods.isEmpty else { throw ConfigurationError("pages of other origins may use no method at all") }
        guard 0...86_400 ~= maximumAge else { throw ConfigurationError("maximumAge is not in 0…86,400 seconds") }
        var answer = HTTPFields()
        switch origins {
        case .any:
            guard !allowsCredentials else {
                throw ConfigurationError("credentials are for listed origins only, not for any")
            }
            listed = []
            answer[.accessControlAllowOrigin] = "*"
        case .listed(let texts):
            guard !texts.isEmpty else { throw ConfigurationError("no origin is listed whose pages are allowed") }
            guard texts.allSatisfy(CrossOrigin.isOrigin) else {
                throw ConfigurationError("a page's origin is not spelled as browsers do, like https://app.example.com")
            }
            listed = Set(texts.map { Array($0.utf8) })
            if allowsCredentials { answer[.accessControlAllowCredentials] = "true" }
        }
        self.origins = origins
        var preflight = answer
        preflight[.accessControlAllowMethods] = CrossOrigin.list(methods.map(\.rawValue))
        preflight[.accessControlAllowHeaders] = CrossOrigin.list(
            ([.authorization, .dpop] + requestHeaders).map(\.rawName))
        preflight[.accessControlMaxAge] = String(maximumAge)
        preflightFields = preflight
        answer[.accessControlExposeHeaders] = CrossOrigin.list(
            ([.wwwAuthenticate, .dpopNonce] + exposedHeaders).map(\.rawName))
        answerFields = answer
    }

    /// The answer to a preflight: OPTIONS with Origin and Access-Control-Request-Method, which browsers send without
    /// credentials. 204; for a page that is not allowed, without any field that allows something.
    ///
    /// Nil for a request that is no preflight.
    public func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == .options, request.headerFields.contains(.origin),
            request.headerFields.contains(.accessControlRequestMethod)
        else { return nil }
        return HTTPResponse(status: .noContent, headerFields: fields(preflightFields, for: request))
    }

    /// What to add to the answer to a request, whatever that is. For a page that is not allowed, or a request that is
    /// not a page's: only `Vary: Origin` (Fetch §3.3.5), so that no cache gives the answer to another.
    public func responseFields(_ request: HTTPRequest) -> HTTPFields { fields(answerFields, for: request) }

    private func fields(_ allowed: HTTPFields, for request: HTTPRequest) -> HTTPFields {
        guard case .listed = origins else { return allowed }
        let sent = request.headerFields[values: .origin]
        guard sent.count == 1, let origin = sent.first, listed.contains(Array(origin.utf8)) else {
            return [.vary: "Origin"]
        }
        var fields = allowed
        fields[.accessControlAllowOrigin] = origin
        fields[.vary] = "Origin"
        return fields
    }

    private static func list(_ names: [String]) -> String {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.joined(separator: ", ")
    }
}
