import DPoPCore

/// An IPv4 or IPv6 address by value. An IPv4 address and its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) are one: a
/// socket that takes both kinds reports its IPv4 peers as the latter.
struct IPAddress: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// From dotted decimal without leading zeros, or any spelling of an IPv6 address without brackets and without a
    /// zone; nil for anything else.
    init?(_ text: some StringProtocol) {
        // The longest spelling of an IPv6 address has 45 bytes.
        guard text.utf8.count <= 45 else { return nil }
        let hasColon = text.utf8.contains(UInt8(ascii: ":"))
        guard hasColon || text.utf8.contains(UInt8(ascii: ".")) else { return nil }
        let spelling = hasColon ? String(text) : "::ffff:\(text)"
        let bytes = spelling.utf8.span
        guard let address = IPv6Address(bytes, 0..<bytes.count) else { return nil }
        high = address.groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = address.groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// - Parameter length: in bits of an IPv6 address, 0…128.
    fileprivate func keepingPrefix(_ length: Int) -> (UInt64, UInt64) {
        // Shifts by 64 and more leave nothing.
        (high & ~(UInt64.max >> min(length, 64)), low & ~(UInt64.max >> max(length - 64, 0)))
    }

    fileprivate var value: (UInt64, UInt64) { (high, low) }
}

/// A range of addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), or one address.
struct IPAddressRange: Sendable, Hashable {
    private let start: IPAddress
    /// In bits of an IPv6 address.
    private let length: Int

    /// From "10.0.0.0/8", "2001:db8::/32", or an address alone. Nil for anything else: also where bits after the prefix
    /// are set, which leaves open what was meant, and for a prefix of no bits.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let start = IPAddress(first) else { return nil }
        // By the spelling: "::ffff:10.0.0.0/104" counts as IPv6 does.
        let bits = first.utf8.contains(UInt8(ascii: ":")) ? 128 : 32
        switch parts.count {
        case 1: length = 128
        case 2:
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy(ASCII.isDigit), digits.first != UInt8(ascii: "0"),
                let prefix = Int(parts[1]), prefix <= bits
            else { return nil }
            length = 128 - bits + prefix
        default: return nil
        }
        guard start.keepingPrefix(length) == start.value else { return nil }
        self.start = start
    }

    /// A range of IPv6 addresses that is wider than all of IPv4 has no IPv4 address in it.
    func contains(_ address: IPAddress) -> Bool {
        if address.isIPv4, length < 96 { return false }
        return address.keepingPrefix(length) == start.value
    }
}
