import DPoPCore

extension CrossOrigin {
    /// Whether a text is an origin as browsers serialise it (RFC 6454 §6.2): scheme, "://", host and, if it is not the
    /// default one, port. Schemes other than http and https are those of applications.
    static func isOrigin(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return false
        }
        let (scheme, host) = (bytes[..<colon], bytes[colon...].dropFirst(3))
        guard let first = scheme.first, ASCII.isLetter(first), !host.isEmpty,
            scheme.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) || "+-.".utf8.contains($0) }),
            host.allSatisfy({ ASCII.isUnreserved($0) || "[:]".utf8.contains($0) }),
            bytes.allSatisfy({ $0 == ASCII.lowercased($0) })
        else { return false }
        let isHTTPS = scheme.elementsEqual("https".utf8)
        guard isHTTPS || scheme.elementsEqual("http".utf8) else { return true }
        // Not the normal form itself: browsers shorten IPv6 addresses.
        guard (try? TargetURI(text)) != nil else { return false }
        return !text.hasSuffix(":") && !text.hasSuffix(isHTTPS ? ":443" : ":80")
    }
}
