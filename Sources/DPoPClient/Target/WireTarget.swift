import DPoPCore
import HTTPTypes

/// What a request's proof names: the target URI of RFC 9110 §7.1 and the origin that it lies in.
struct WireTarget: Sendable {
    let uri: TargetURI
    let origin: ServerOrigin

    /// Of a request as it is to be sent: userinfo, query and fragment are left out (RFC 9449 §4.2).
    init(_ request: HTTPRequest, spellings: [ServerOrigin: TargetSpelling]) throws(DPoPClientError) {
        guard let scheme = request.scheme, let authority = request.authority, let path = request.path else {
            throw DPoPClientError(.malformedRequest, "the request has no scheme, no authority or no path")
        }
        let at = authority.utf8.firstIndex(of: UInt8(ascii: "@"))
        let host = at.map { authority[$0...].dropFirst() } ?? authority[...]
        // Where anything else stands before "@", readers of URIs disagree which part the host is.
        guard authority[..<(at ?? authority.startIndex)].utf8.allSatisfy(WireTarget.isUserinfo) else {
            throw DPoPClientError(.malformedRequest, "the authority is none")
        }
        let end = path.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        // A colon in the scheme, "*" and a path without its slash would otherwise change what the authority is.
        // A query is sent too, though no proof names it: nothing in it may end a request line.
        guard scheme.utf8.allSatisfy(ASCII.isLetter), path.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            path.utf8.first == UInt8(ascii: "/") || end == path.startIndex || path.isEmpty,
            !host.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
            )
        else { throw DPoPClientError(.malformedRequest, "the scheme, the authority or the path is none") }
        let written = "\(scheme)://\(host)\(end.map { path[..<$0] } ?? path[...])"
        let uri: TargetURI
        do { uri = try TargetURI(written) } catch {
            throw DPoPClientError(.malformedRequest, error.reason, underlying: error)
        }
        origin = ServerOrigin(of: uri)
        switch spellings[origin] ?? .standard {
        case .standard: self.uri = uri
        case .exact: self.uri = uri.spelled(written)
        case .decodedPath:
            self.uri = WireTarget.decoded(uri.spelling).map { uri.spelled($0) } ?? uri
        }
    }

    /// RFC 3986 §3.2.1.
    private static func isUserinfo(_ byte: UInt8) -> Bool {
        ASCII.isUnreserved(byte) || "%!$&'()*+,;=:".utf8.contains(byte)
    }

    /// Percent-decoded; nil if that is not UTF-8 text.
    private static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2, let high = ASCII.hexValue(rest[rest.startIndex]),
                let low = ASCII.hexValue(rest[rest.index(after: rest.startIndex)])
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(high << 4 | low)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
