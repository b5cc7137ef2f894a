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
        let end = path.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        // "*" and a path without its slash would otherwise become part of the authority. Before "@" too nothing may
        // stand at which a transport's parser could end the host.
        guard path.utf8.first == UInt8(ascii: "/") || end == path.startIndex || path.isEmpty,
            authority.utf8.allSatisfy(WireTarget.isAuthorityCharacter),
            authority.utf8.lazy.filter({ $0 == UInt8(ascii: "@") }).count <= 1
        else { throw DPoPClientError(.malformedRequest, "the authority or the path is none") }
        let host =
            authority.utf8.lastIndex(of: UInt8(ascii: "@")).map { authority[$0...].dropFirst() } ?? authority[...]
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

    private static func isAuthorityCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): false
        default: 0x21...0x7E ~= byte
        }
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
