/// A vector whose label we do not follow, on purpose. The test of its file fails if one listed here no longer differs.
struct OutsideDeviation {
    let file: String
    let id: String
    let reason: String

    init(_ file: String, _ id: String, _ reason: String) {
        (self.file, self.id, self.reason) = (file, id, reason)
    }

    private static let signatures = "wycheproof json_web_signature"

    static let all: [OutsideDeviation] =
        ["259", "264", "268", "272", "320", "325"].map {
            OutsideDeviation(signatures, $0, "an empty payload: a proof's payload is an object, never empty")
        } + [
            OutsideDeviation(signatures, "346", "a PS384 token under a key whose alg is PS256"),
            OutsideDeviation(signatures, "350", "a PS384 token under a key whose alg is PS256"),
            OutsideDeviation(signatures, "347", "the key's alg is the misspelt ES521"),
            OutsideDeviation(signatures, "351", "the key's alg is the misspelt ES521"),
            OutsideDeviation(
                "wycheproof json_web_key", "7",
                "a modulus of the ROCA form: it is the owner's key that is weak, and no RFC asks to look for it"),
        ]
        + [
            "rsa_signature_2048_sha256", "rsa_signature_2048_sha384", "rsa_signature_2048_sha512",
            "rsa_signature_3072_sha256", "rsa_signature_4096_sha512",
        ].map {
            OutsideDeviation(
                "wycheproof \($0)", "8", "\"acceptable\", the NULL is missing: RFC 8017 has it, so refused")
        } + uris

    private static let normal = "url rfc3986 normalize"
    private static let equal = "url rfc3986 equal"

    private static let uris = [
        OutsideDeviation(normal, "http://examp%4Ce.com/", "% in the host"),
        OutsideDeviation(normal, "https://%e4%bd%a0%e5%a5%bd%e4%bd%a0%e5%a5%bd.com", "% in the host"),
        OutsideDeviation(normal, "http://local%0ahost/", "% in the host"),
        OutsideDeviation(normal, "http://user:pass@SOMEHOST.COM:123", "userinfo"),
        OutsideDeviation(normal, "HTTP://a:b@HOST:123/./1/2/../%41?abc#def", "userinfo"),
        OutsideDeviation(normal, "HTTP://%41@EXAMPLE.ORG/../a?%41#%41", "userinfo"),
        OutsideDeviation(normal, "http://foo%0abar@localhost/", "userinfo"),
        OutsideDeviation(normal, "http://example:foo%0abar@example/", "userinfo"),
        OutsideDeviation(normal, "http://example.com", "two entries whose normal form has userinfo set by a program"),
        OutsideDeviation(normal, "HTTP://EXAMPLE.ORG:00080/", "a port with leading zeros"),
        OutsideDeviation(normal, "http://example.com:%38%30/", "an escape in the port"),
        OutsideDeviation(equal, "http://@example.com/", "userinfo, even empty"),
        OutsideDeviation(equal, "http://:@example.com/", "userinfo, even empty"),
        OutsideDeviation(equal, "http://example.com./", "a host's trailing dot is significant"),
        OutsideDeviation(equal, "http://example.com/%C3%87", "Unicode normalisation, which RFC 3986 does not have"),
    ]
}
