/// Whose nonces they are. A nonce counts with its own audience alone: the authorization server's and a resource
/// server's are never exchanged (RFC 9449 §8, §9), even where they share a secret.
public struct NonceAudience: Sendable, Hashable {
    /// What stands in the authenticated text, with its length before it: no two audiences have the same.
    let label: [UInt8]

    private init(role: UInt8, name: String) {
        var label = [role]
        for shift in stride(from: 56, through: 0, by: -8) {
            label.append(UInt8(truncatingIfNeeded: name.utf8.count >> shift))
        }
        self.label = label + name.utf8
    }

    /// An authorization server's.
    public static let authorizationServer = NonceAudience(role: 0, name: "")

    /// The resource server's, where there is one.
    public static let resourceServer = NonceAudience(role: 1, name: "")

    /// One of several servers', by a name that all its nodes know.
    public static func named(_ name: String) -> NonceAudience { NonceAudience(role: 2, name: name) }
}
