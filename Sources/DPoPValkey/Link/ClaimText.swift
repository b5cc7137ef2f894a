#if Valkey
    /// Claims as commands. Written by hand and straight into one buffer: nothing else is sent so often.
    enum ClaimText {
        static let asking = Array("*1\r\n$6\r\nASKING\r\n".utf8)

        /// Which reign it is.
        static let infoReplication = Array("*2\r\n$4\r\nINFO\r\n$11\r\nreplication\r\n".utf8)

        private static let set = Array("$3\r\nSET\r\n".utf8)
        private static let get = Array("*2\r\n$3\r\nGET\r\n".utf8)
        private static let onlyNewReturningOld = Array("$2\r\nNX\r\n$3\r\nGET\r\n$2\r\nPX\r\n".utf8)
        private static let onlyNew = Array("$2\r\nNX\r\n$2\r\nPX\r\n".utf8)
        private static let lines = (seven: Array("*7\r\n".utf8), six: Array("*6\r\n".utf8))

        /// `SET key value NX GET PX milliseconds`, or without `GET` and followed by `GET key`.
        static func append(_ claim: Claim, _ keys: KeySpace, _ mode: ClaimMode, to bytes: inout [UInt8]) {
            bytes += mode == .returningOld ? lines.seven : lines.six
            bytes += set
            append(bulk: keys.length(claim.key), to: &bytes) { keys.append(claim.key, to: &$0) }
            append(bulk: Symbols.count + digits(claim.seconds), to: &bytes) {
                claim.attempt.append(to: &$0)
                append(decimal: claim.seconds, to: &$0)
            }
            bytes += mode == .returningOld ? onlyNewReturningOld : onlyNew
            append(bulk: digits(claim.milliseconds), to: &bytes) { append(decimal: claim.milliseconds, to: &$0) }
            guard mode == .plain else { return }
            bytes += get
            append(bulk: keys.length(claim.key), to: &bytes) { keys.append(claim.key, to: &$0) }
        }

        static func append(get key: [UInt8], to bytes: inout [UInt8]) {
            bytes += get
            append(bulk: key.count, to: &bytes) { $0 += key }
        }

        private static func append(bulk count: Int, to bytes: inout [UInt8], _ content: (inout [UInt8]) -> Void) {
            bytes.append(UInt8(ascii: "$"))
            append(decimal: Int64(count), to: &bytes)
            newLine(&bytes)
            content(&bytes)
            newLine(&bytes)
        }

        private static func newLine(_ bytes: inout [UInt8]) {
            bytes.append(UInt8(ascii: "\r"))
            bytes.append(UInt8(ascii: "\n"))
        }

        /// How many digits a number that is not negative has.
        private static func digits(_ number: Int64) -> Int {
            var (count, rest) = (1, number / 10)
            while rest > 0 { (count, rest) = (count + 1, rest / 10) }
            return count
        }

        private static func append(decimal number: Int64, to bytes: inout [UInt8]) {
            var power: Int64 = 1
            for _ in 1..<digits(number) { power *= 10 }
            while power > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
                power /= 10
            }
        }
    }
#endif
