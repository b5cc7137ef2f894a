import DPoPCore
import HTTPTypes

/// Paths that a scope allows: this one and all below it, whole segments only. `/v1/orders` covers `/v1/orders` and
/// `/v1/orders/7`, not `/v1/orders2` and not `/V1/orders`; `/v1/orders/` covers what is below the slash alone.
///
/// Servers disagree about what a path names, so where a scope limits paths a request's path is refused, as it is sent,
/// if it has a "." or ".." segment, an empty segment before its end, ";" (which some drop with what follows it), or an
/// escape of a control character or of one of `% . / ; \ ? #`, or if it does not decode to UTF-8.
public struct PathPrefix: Sendable, Hashable {
    /// Starts with "/".
    public let text: String

    /// - Parameter text: as requests have it, in the normal form of ``TargetURI``, up to 1,024 bytes.
    ///
    /// Throws `invalidScope` for what is no such path: one without the first "/", with a query or a fragment, in another
    /// spelling than the normal form, or of the kinds that requests may not have.
    public init(_ text: String) throws(DPoPClientError) {
        let whole = text.utf8.count <= 1_024 ? try? TargetURI("http://a\(text)") : nil
        guard let whole, text.utf8.first == UInt8(ascii: "/"), PathPrefix.isPlain(text.utf8),
            whole.normalized.utf8.elementsEqual("http://a\(text)".utf8)
        else { throw DPoPClientError(.invalidScope, "not a path in its normal form") }
        self.text = text
    }

    /// Whether a path in its normal form is this one or below it.
    func covers(_ path: some StringProtocol) -> Bool {
        let rest = path.utf8.dropFirst(text.utf8.count)
        return path.utf8.starts(with: text.utf8)
            && (text.utf8.last == UInt8(ascii: "/") || rest.isEmpty || rest.first == UInt8(ascii: "/"))
    }

    /// The path of a request in its normal form; nil for one that servers may read in several ways.
    static func plainPath(of request: HTTPRequest, _ uri: TargetURI) -> Substring? {
        let sent = (request.path ?? "").utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard isPlain(sent) else { return nil }
        let authority = uri.normalized.utf8.dropFirst("http://".utf8.count + 1)
        return authority.firstIndex(of: UInt8(ascii: "/")).map { uri.normalized[$0...] }
    }

    private static func isPlain(_ path: some Collection<UInt8>) -> Bool {
        var segment: [UInt8] = []
        var decoded: [UInt8] = []
        var rest = path.dropFirst()
        while let byte = rest.popFirst() {
            var byte = byte
            switch byte {
            case UInt8(ascii: "/"):
                guard !segment.isEmpty, !isDots(segment) else { return false }
                segment = []
                continue
            case UInt8(ascii: ";"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(ASCII.hexValue),
                    let low = rest.popFirst().flatMap(ASCII.hexValue)
                else { return false }
                byte = high << 4 | low
                guard byte >= 0x20, byte != 0x7F, !"%./;\\?#".utf8.contains(byte) else { return false }
            default: break
            }
            segment.append(byte)
            decoded.append(byte)
        }
        return !isDots(segment) && String(validating: decoded, as: UTF8.self) != nil
    }

    private static func isDots(_ segment: [UInt8]) -> Bool {
        1...2 ~= segment.count && segment.allSatisfy { $0 == UInt8(ascii: ".") }
    }
}
