import DPoPCore
import HTTPTypes

/// The `DPoP-Nonce` of an answer (RFC 9449 §8.1).
enum ServerNonce {
    /// The most bytes that are taken: ten times what servers use, a small part of a proof's 8,192.
    static let maximumLength = 512

    /// Nil unless the answer has one such field line of 1 to 512 NQCHAR (RFC 6749 appendix A). Two lines are as good as
    /// none: nobody says which counts.
    static func value(in response: HTTPResponse) -> String? {
        let lines = response.headerFields[fields: .nonceField]
        guard let line = lines.first, lines.count == 1 else { return nil }
        let value = line.value
        // Bytes, because "\r\n" is one Character.
        guard 1...maximumLength ~= value.utf8.count, value.utf8.allSatisfy(isNonceCharacter) else { return nil }
        return value
    }

    private static func isNonceCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x5B, 0x5D...0x7E: true
        default: false
        }
    }
}
