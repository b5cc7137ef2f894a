#if Valkey
    /// Bytes on the wire as text: one scalar for each byte, so that nothing is lost and no two texts become one.
    enum WireText {
        static func text(_ bytes: some Collection<UInt8>) -> String {
            // Nearly always, and much faster.
            if bytes.allSatisfy({ $0 < 128 }) { return String(decoding: bytes, as: UTF8.self) }
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(Unicode.Scalar(byte)) }
            return String(text)
        }

        /// A scalar above U+00FF becomes its UTF-8.
        static func bytes(_ text: String) -> [UInt8] {
            if text.utf8.allSatisfy({ $0 < 128 }) { return Array(text.utf8) }
            return text.unicodeScalars.flatMap { scalar in
                scalar.value < 256 ? [UInt8(scalar.value)] : Array(String(scalar).utf8)
            }
        }

        /// As a client sends a command.
        static func array(_ words: [String]) -> String {
            "*\(words.count)\r\n" + words.map(bulk).joined()
        }

        /// Nil: the null bulk string.
        static func bulk(_ text: String?) -> String {
            guard let text else { return "$-1\r\n" }
            return "$\(bytes(text).count)\r\n\(text)\r\n"
        }
    }

    /// Takes commands from what a client sends.
    struct CommandParser {
        private var bytes: [UInt8] = []
        private var position = 0

        /// What was sent is no command.
        struct Garbage: Error {}

        mutating func append(_ more: some Sequence<UInt8>) {
            bytes.removeFirst(position)
            position = 0
            bytes += more
        }

        /// Nil: more bytes are needed.
        mutating func next() throws(Garbage) -> [String]? {
            var at = position
            guard let count = try number(after: "*", &at) else { return nil }
            var words: [String] = []
            while words.count < count {
                guard let length = try number(after: "$", &at) else { return nil }
                guard bytes.count - at >= length + 2 else { return nil }
                words.append(WireText.text(bytes[at..<at + length]))
                at += length + 2
            }
            position = at
            return words
        }

        private func number(after mark: Unicode.Scalar, _ at: inout Int) throws(Garbage) -> Int? {
            guard at < bytes.count else { return nil }
            guard bytes[at] == UInt8(ascii: mark) else { throw Garbage() }
            guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\r")), end + 1 < bytes.count else { return nil }
            guard let number = Int(WireText.text(bytes[at + 1..<end])), 0...(1 << 26) ~= number else {
                throw Garbage()
            }
            at = end + 2
            return number
        }
    }
#endif
