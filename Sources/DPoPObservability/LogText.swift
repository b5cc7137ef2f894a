#if Observability
    /// Makes text of a stranger's fit for a line of a log.
    enum LogText {
        /// How many bytes of a text are written.
        static let maximumBytes = 1_024

        /// Printable ASCII but quote and backslash as it is, any other byte as `\xNN`; what is over 1,024 bytes is cut
        /// and said to be by `\...`.
        ///
        /// - Parameter spaces: whether a space is written as it is, for texts of ours. In one of a stranger's it would
        ///   let the value go on as `other=value`, where a log writes `name=value name=value`.
        static func escaped(_ text: String, spaces: Bool = false) -> String {
            func isPlain(_ byte: UInt8) -> Bool {
                (0x21...0x7E ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\"))
                    || (spaces && byte == UInt8(ascii: " "))
            }
            let bytes = text.utf8
            if bytes.count <= maximumBytes, bytes.allSatisfy(isPlain) { return text }
            var escaped: [UInt8] = []
            for byte in bytes.prefix(maximumBytes) {
                if isPlain(byte) {
                    escaped.append(byte)
                } else {
                    escaped.append(contentsOf: [
                        UInt8(ascii: "\\"), UInt8(ascii: "x"), digit(byte >> 4), digit(byte & 15),
                    ])
                }
            }
            if bytes.count > maximumBytes { escaped.append(contentsOf: "\\...".utf8) }
            return String(decoding: escaped, as: UTF8.self)
        }

        private static func digit(_ value: UInt8) -> UInt8 {
            value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
        }
    }
#endif
