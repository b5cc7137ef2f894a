#if Valkey
    /// The slot of a cluster that a key is in.
    enum HashSlot {
        static let count = 16_384

        /// 0…16383: CRC-16/XMODEM (polynomial 0x1021, initial value 0) of the key, modulo 16384; of what is between the
        /// first `{` and the first `}` behind it alone, if that is not empty.
        static func of(_ key: [UInt8]) -> Int {
            var hashed = key[...]
            if let start = key.firstIndex(of: UInt8(ascii: "{")) {
                let rest = key[(start + 1)...]
                if let end = rest.firstIndex(of: UInt8(ascii: "}")), end > rest.startIndex { hashed = rest[..<end] }
            }
            return Int(crc16(hashed)) % count
        }

        /// A byte at a time without a table: what the polynomial's bits 0, 5 and 12 make of eight shifts.
        private static func crc16(_ bytes: ArraySlice<UInt8>) -> UInt16 {
            var crc: UInt16 = 0
            for byte in bytes {
                var high = crc >> 8 ^ UInt16(byte)
                high ^= high >> 4
                crc = crc << 8 ^ high << 12 ^ high << 5 ^ high
            }
            return crc
        }
    }
#endif
