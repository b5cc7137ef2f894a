public import HTTPTypes

extension HTTPField.Name {
    /// `DPoP`, the proof (RFC 9449 §4.1).
    public static let dpop = constant("DPoP")

    /// `DPoP-Nonce`, a nonce for the client's next proof (RFC 9449 §8.1).
    public static let dpopNonce = constant("DPoP-Nonce")

    /// `Host`, which swift-http-types gives as the authority; another one stays among the fields.
    static let hostField = constant("Host")

    /// `Forwarded` (RFC 7239).
    static let forwarded = constant("Forwarded")
    static let forwardedHost = constant("X-Forwarded-Host")
    static let forwardedProto = constant("X-Forwarded-Proto")
    static let forwardedPort = constant("X-Forwarded-Port")
    static let forwardedFor = constant("X-Forwarded-For")

    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a field name") }
        return name
    }
}
