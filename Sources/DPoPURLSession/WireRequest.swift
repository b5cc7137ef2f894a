import DPoPClient
import Foundation
import HTTPTypes
import HTTPTypesFoundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension HTTPRequest {
    /// Of a request that URLSession could send.
    ///
    /// Throws `malformedRequest` for another scheme than http and https, and for a method that is no token.
    init(_ request: URLRequest) throws(DPoPClientError) {
        guard let url = request.url, let method = HTTPRequest.Method(request.httpMethod ?? "GET") else {
            throw DPoPClientError(.malformedRequest, "the request has no URL, or no method that is a token")
        }
        try self.init(method: method, httpURL: url)
        headerFields = request.httpRequest?.headerFields ?? [:]
    }

    /// The URL that is sent exactly as it is written here, as the proof names it.
    ///
    /// Throws `malformedRequest` for what would be sent otherwise: dot segments, which libcurl removes, and characters
    /// that Foundation escapes.
    func unchangedURL() throws(DPoPClientError) -> URL {
        guard !HTTPRequest.hasDotSegments(path ?? "") else {
            throw DPoPClientError(.malformedRequest, "the URL has dot segments")
        }
        return try wireURL()
    }

    /// Segments "." and ".." before the query, escaped ones too.
    private static func hasDotSegments(_ path: String) -> Bool {
        let end = path.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        return path[..<(end ?? path.endIndex)].utf8.split(separator: UInt8(ascii: "/")).contains { segment in
            let dots = String(segment)?.lowercased().replacing("%2e", with: ".")
            return dots == "." || dots == ".."
        }
    }
}

extension URLRequest {
    /// The same request with the target, the method and the fields of one that was signed; all else stays.
    func carrying(_ request: HTTPRequest, withBody: Bool) throws(DPoPClientError) -> URLRequest {
        guard let fields = URLRequest(httpRequest: request)?.allHTTPHeaderFields else {
            throw DPoPClientError(.malformedRequest, "the request has no URL")
        }
        var sent = self
        sent.url = try request.unchangedURL()
        sent.httpMethod = request.method.rawValue
        // Foundation writes some methods in upper case, and the proof names the one that was asked for.
        guard sent.httpMethod == request.method.rawValue else {
            throw DPoPClientError(.malformedRequest, "the method would be sent in another case")
        }
        for name in (allHTTPHeaderFields ?? [:]).keys { sent.setValue(nil, forHTTPHeaderField: name) }
        // Host is the URL's, which the proof names.
        for (name, value) in fields where name.lowercased() != "host" { sent.setValue(value, forHTTPHeaderField: name) }
        if !withBody { sent.httpBody = nil }
        return sent
    }
}

extension HTTPURLResponse {
    /// Its head. FoundationNetworking joins field lines of one name with a comma and a space; a nonce can have no space,
    /// so that two lines of `DPoP-Nonce` count as none, as they must.
    func head() throws(DPoPClientError) -> HTTPResponse {
        guard let head = httpResponse else { throw DPoPClientError(.malformedAnswer, "an answer without a status") }
        return head
    }
}
