import DPoPCore

/// Random octets as base64url.
enum RandomText {
    /// Throws `keyUnavailable` if libcrypto has no random numbers.
    static func make(octets: Int) throws(DPoPClientError) -> String {
        var bytes = [UInt8](repeating: 0, count: octets)
        var span = bytes.mutableSpan
        guard RandomBytes.fill(&span) else {
            throw DPoPClientError(.keyUnavailable, "the cryptography library has no random numbers")
        }
        return String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
    }
}

/// What shows that who redeems a code is who asked for it (RFC 7636).
enum CodeVerifier {
    /// 32 random octets as RFC 7636 §4.1 recommends, 43 characters.
    static func random() throws(DPoPClientError) -> String { try RandomText.make(octets: 32) }

    /// 43 to 128 unreserved characters.
    static func isOne(_ text: String) -> Bool {
        43...128 ~= text.utf8.count && text.utf8.allSatisfy(ASCII.isUnreserved)
    }

    /// `code_challenge` by the method S256 (RFC 7636 §4.2).
    static func challenge(_ verifier: String) -> String { Thumbprint(sha256Of: Array(verifier.utf8)).jkt }
}
