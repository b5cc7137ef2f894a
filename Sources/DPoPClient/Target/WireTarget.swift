import DPoPCore
import HTTPTypes

/// What a request's proof names: the target URI of RFC 9110 §7.1 and the origin that it lies in.
struct WireTarget: Sendable {
    let uri: TargetURI
    let origin: ServerOrigin

    /// Of a request as it is to be sent: userinfo, query and fragment are left out (RFC 9449 §4.2).
    ///
    /// - Parameter known: what other requests' authorities were.
    init(
        _ request: HTTPRequest, spellings: [ServerOrigin: TargetSpelling], known: KnownAuthorities? = nil
    ) throws(DPoPClientError) {
        guard let scheme = request.scheme, let authority = request.authority, let path = request.path else {
            throw DPoPClientError(.malformedRequest, "the request has no scheme, no authority or no path")
        }
        // A colon in the scheme would change what the authority is. A query is sent too, though no proof names it:
        // nothing in it may end a request line.
        guard scheme.utf8.allSatisfy(ASCII.isLetter), WireTarget.isVisible(path), WireTarget.isAuthority(authority)
        else { throw DPoPClientError(.malformedRequest, "the scheme, the authority or the path is none") }
        // The limit of 4,096 bytes counts an origin as it is written, so what may be near it is read in full.
        if spellings.isEmpty, path.utf8.count <= 2_048,
            let origin = known?.origin(scheme: scheme, authority: authority),
            let uri = TargetURI(origin: origin.text, path: path)
        {
            (self.uri, self.origin) = (uri, origin)
            return
        }
        let end = path.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        // "*" and a path without its slash would otherwise become part of the authority.
        guard path.utf8.first == UInt8(ascii: "/") || end == path.startIndex || path.isEmpty else {
            throw DPoPClientError(.malformedRequest, "the path is none")
        }
        let host =
            authority.utf8.firstIndex(of: UInt8(ascii: "@")).map { authority[$0...].dropFirst() } ?? authority[...]
        let written = "\(scheme)://\(host)\(end.map { path[..<$0] } ?? path[...])"
        let uri: TargetURI
        do { uri = try TargetURI(written) } catch {
            throw DPoPClientError(.malformedRequest, error.reason, underlying: error)
        }
        origin = ServerOrigin(of: uri)
        known?.record(origin, scheme: scheme, authority: authority)
        switch spellings[origin] ?? .standard {
        case .standard: self.uri = uri
        case .exact: self.uri = uri.spelled(written)
        case .decodedPath:
            self.uri = WireTarget.decoded(uri.spelling).map { uri.spelled($0) } ?? uri
        }
    }

    private static func isVisible(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices where !(0x21...0x7E ~= bytes[index]) { return false }
        return true
    }

    /// Visible ASCII without anything that ends an authority for some parser; where there is an "@", one, and before it
    /// userinfo by its grammar (RFC 3986 §3.2.1): else readers of URIs disagree which part the host is.
    private static func isAuthority(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var at: Int?
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "@"):
                guard at == nil else { return false }
                at = index
            case 0x21...0x7E: break
            default: return false
            }
        }
        for index in 0..<(at ?? 0) where !isUserinfo(bytes[index]) { return false }
        return true
    }

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
