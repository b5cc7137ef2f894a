package import HTTPTypes

extension HTTPField.Name {
    // Under other names than DPoPServer's public ones, so that a file that imports both is clear.

    /// `DPoP`, the proof (RFC 9449 §4.1).
    package static let proofField = constant("DPoP")

    /// `DPoP-Nonce`, a nonce for the next proof (RFC 9449 §8.1).
    package static let nonceField = constant("DPoP-Nonce")

    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a field name") }
        return name
    }
}
