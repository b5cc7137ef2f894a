#if Valkey
    import NIOCore

    @testable import DPoPValkey

    /// What a reader makes of bytes.
    struct Replies: Equatable {
        var values: [RESPValue] = []
        var defect: RESPDefect?

        /// - Parameter fragments: the bytes as they arrive.
        init(_ fragments: [some Collection<UInt8>]) {
            var reader = RESPReader()
            for fragment in fragments where defect == nil {
                var buffer = ByteBuffer(bytes: fragment)
                reader.append(&buffer)
                do throws(RESPDefect) {
                    while let value = try reader.next() { values.append(value) }
                } catch {
                    defect = error
                }
            }
        }

        init(_ text: String) { self.init([Array(text.utf8)]) }
    }

    extension RESPValue {
        /// As a server writes it; an error's text is not kept, so its name alone.
        var encoded: [UInt8] {
            switch self {
            case .simple(let text): Array("+\(text)\r\n".utf8)
            case .error(let error): Array("-\(error.name)\r\n".utf8)
            case .integer(let number): Array(":\(number)\r\n".utf8)
            case .bulk(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
            case .null: Array("$-1\r\n".utf8)
            case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(\.encoded)
            }
        }
    }

    /// A generator that always gives the same numbers, so that a failure can be seen again (SplitMix64).
    struct SeededGenerator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }

        mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    }
#endif
