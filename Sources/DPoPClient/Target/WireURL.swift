package import HTTPTypes

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension HTTPRequest {
    /// Of a method and a URL as a library's own request has them. User, password and fragment are left out.
    ///
    /// Throws `malformedRequest` for another scheme than http and https, and for a URL without a host.
    package init(method: Method, httpURL url: URL) throws(DPoPClientError) {
        // A URL without a scheme or components would stop the program on its way to an HTTPRequest.
        guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", url.host() != nil,
            URLComponents(url: url, resolvingAgainstBaseURL: true)?.string != nil
        else { throw DPoPClientError(.malformedRequest, "no http or https URL") }
        self.init(method: method, url: url)
        self.scheme = scheme
    }

    /// The URL that names what the proof names, and is written on the wire as it is here. User and password are left
    /// out.
    ///
    /// Throws `malformedRequest` for another scheme than http and https, and where Foundation would write it otherwise.
    package func wireURL() throws(DPoPClientError) -> URL {
        guard let scheme = scheme?.lowercased(), scheme == "http" || scheme == "https", let authority, let path,
            path.utf8.first == 0x2F
        else { throw DPoPClientError(.malformedRequest, "no http or https URL") }
        let host = authority.utf8.lastIndex(of: 0x40).map { authority[$0...].dropFirst() } ?? authority[...]
        let text = "\(scheme)://\(host)\(path)"
        guard let url = URL(string: text), url.absoluteString.utf8.elementsEqual(text.utf8) else {
            throw DPoPClientError(.malformedRequest, "the URL has characters that must be escaped")
        }
        return url
    }
}
