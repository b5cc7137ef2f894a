#if Valkey
    import DPoPCore

    /// 128 bits, written as 22 characters of base64url.
    struct Symbols: Sendable, Hashable {
        let bits: UInt128

        static let count = 22

        /// Nil if the random generator failed.
        static func random() -> Symbols? {
            var bytes: InlineArray<16, UInt8> = .init(repeating: 0)
            var span = bytes.mutableSpan
            guard RandomBytes.fill(&span) else { return nil }
            var bits: UInt128 = 0
            for index in 0..<16 { bits = bits << 8 | UInt128(bytes[index]) }
            return Symbols(bits: bits)
        }

        /// The character at an index below ``count``.
        func character(_ index: Int) -> UInt8 {
            let shift = 122 - 6 * index
            let six = shift >= 0 ? bits >> UInt128(shift) : bits << UInt128(-shift)
            return Symbols.character(UInt8(truncatingIfNeeded: six) & 63)
        }

        func append(to bytes: inout [UInt8]) {
            for index in 0..<Symbols.count { bytes.append(character(index)) }
        }

        /// Whether the text begins with these characters.
        func begin(_ text: [UInt8]) -> Bool {
            text.count >= Symbols.count && (0..<Symbols.count).allSatisfy { text[$0] == character($0) }
        }

        private static func character(_ six: UInt8) -> UInt8 {
            switch six {
            case 0..<26: UInt8(ascii: "A") + six
            case 26..<52: UInt8(ascii: "a") + six - 26
            case 52..<62: UInt8(ascii: "0") + six - 52
            case 62: UInt8(ascii: "-")
            default: UInt8(ascii: "_")
            }
        }
    }
#endif
