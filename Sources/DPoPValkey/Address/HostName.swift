#if Valkey
    internal import DPoPCore

    /// The two forms of a host.
    enum HostName {
        /// The most bytes of a name (RFC 1035 §2.3.4, without the root's).
        static let maximumLength = 253

        /// Letters, digits, `.`, `-`, `_`: a name, or an IPv4 address. Whether there is such a host is for the resolver.
        static func isName(_ text: some Collection<UInt8>) -> Bool {
            1...maximumLength ~= text.count
                && text.allSatisfy { byte in
                    ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: ".")
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }

        /// An IPv6 address without brackets and without a zone.
        static func isIPv6(_ text: some Collection<UInt8>) -> Bool {
            // The longest has 45: six groups and an IPv4 address.
            guard text.count <= 45 else { return false }
            let bytes = Array(text)
            let span = bytes.span
            return IPv6Address(span, 0..<bytes.count) != nil
        }
    }
#endif
