#if Valkey
    internal import NIOCore

    /// Reads replies (RESP2) from bytes as they arrive, in any fragments: no byte is looked at twice because the rest of
    /// a reply is not there yet.
    ///
    /// Lengths have one spelling, lines end in CR LF, and every size is bounded before memory is taken for it. After a
    /// defect nothing is read any more.
    struct RESPReader {
        /// The most bytes of a line between its type and its end. Servers' errors are shorter, as 128 bytes are the most
        /// that they quote of a command.
        static let maximumLine = 1_024
        /// The most bytes of one string: the answer to INFO has some 6,000, but 30 more for each kind of error that any
        /// client's script has ever met. All else is shorter.
        static let maximumString = 1_048_576
        /// The most elements of one array.
        static let maximumElements = 1_024
        /// The most arrays that an element is in.
        static let maximumDepth = 4
        /// The most bytes of one reply, all that is in it included.
        static let maximumSize = 1_310_720

        /// An array whose elements have not all been read.
        private struct OpenArray {
            let count: Int
            var elements: [RESPValue] = []
        }

        private var buffer = ByteBuffer()
        /// How many of the bytes that come next have been searched for the end of a line.
        private var searched = 0
        /// The length of the string that comes next.
        private var stringLength: Int?
        private var open: [OpenArray] = []
        /// The bytes of the reply that have been read.
        private var size = 0
        private var defect: RESPDefect?

        /// Takes all bytes of a buffer.
        mutating func append(_ bytes: inout ByteBuffer) {
            guard defect == nil else { return bytes.moveReaderIndex(to: bytes.writerIndex) }
            if buffer.readableBytes == 0 {
                // A burst's memory is not kept.
                if buffer.capacity > RESPReader.maximumSize { buffer = ByteBuffer() } else { buffer.clear() }
            } else if buffer.readerIndex >= buffer.readableBytes {
                // Not sooner: so each byte is moved once, at most.
                buffer.discardReadBytes()
            }
            buffer.writeBuffer(&bytes)
        }

        /// The next reply; nil if more bytes are needed for one. Throws the same defect for ever.
        mutating func next() throws(RESPDefect) -> RESPValue? {
            if let defect { throw defect }
            do throws(RESPDefect) {
                while let element = try nextElement() {
                    if let value = close(element) { return value }
                }
                return nil
            } catch {
                self = RESPReader()
                defect = error
                throw error
            }
        }

        private enum Element {
            case whole(RESPValue)
            /// The beginning of an array or a string.
            case beginning
        }

        private mutating func nextElement() throws(RESPDefect) -> Element? {
            if let length = stringLength { return try readString(length).map { .whole(.bulk($0)) } }
            if let value = readCommon() { return .whole(value) }
            guard let length = try lineLength(), let line = buffer.readSlice(length: length)?.readableBytesView else {
                searched = buffer.readableBytes
                return nil
            }
            searched = 0
            try take(length)
            let text = line.dropFirst().dropLast(2)
            switch line.first {
            case UInt8(ascii: "+"):
                guard text.allSatisfy({ 0x20...0x7E ~= $0 }) else { throw RESPDefect(kind: .text) }
                return .whole(.simple(String(decoding: text, as: UTF8.self)))
            case UInt8(ascii: "-"): return .whole(.error(ServerError(Array(text))))
            case UInt8(ascii: ":"):
                guard let number = Decimal.read(text) else { throw RESPDefect(kind: .number) }
                return .whole(.integer(number))
            case UInt8(ascii: "$"):
                guard let count = try count(text, upTo: RESPReader.maximumString) else { return .whole(.null) }
                try take(count + 2)
                stringLength = count
                return .beginning
            default:
                guard let count = try count(text, upTo: RESPReader.maximumElements) else { return .whole(.null) }
                guard open.count < RESPReader.maximumDepth else { throw RESPDefect(kind: .depth) }
                guard count > 0 else { return .whole(.array([])) }
                open.append(OpenArray(count: count))
                return .beginning
            }
        }

        /// The reply that is whole with this element, if one is.
        private mutating func close(_ element: Element) -> RESPValue? {
            guard case .whole(var value) = element else { return nil }
            while let last = open.indices.last {
                open[last].elements.append(value)
                guard open[last].elements.count == open[last].count else { return nil }
                value = .array(open.removeLast().elements)
            }
            size = 0
            return value
        }

        // MARK: Pieces

        private static let nullStart: UInt32 = 0x24_2D_31_0D  // "$-1" and CR
        private static let okStart: UInt32 = 0x2B_4F_4B_0D  // "+OK" and CR

        /// The two answers that a claim mostly has, without a search for their end.
        private mutating func readCommon() -> RESPValue? {
            guard let start = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self),
                start == RESPReader.nullStart || start == RESPReader.okStart,
                buffer.getInteger(at: buffer.readerIndex + 4, as: UInt8.self) == 0x0A,
                size <= RESPReader.maximumSize - 5
            else { return nil }
            buffer.moveReaderIndex(forwardBy: 5)
            searched = 0
            size += 5
            return start == RESPReader.nullStart ? .null : .simple("OK")
        }

        /// The length of the line that comes next, its type and end included; nil if its end is not there yet.
        private func lineLength() throws(RESPDefect) -> Int? {
            let bytes = buffer.readableBytesUInt8Span
            guard !bytes.isEmpty else { return nil }
            guard "+-:$*".utf8.contains(bytes[0]) else { throw RESPDefect(kind: .type) }
            let end = min(bytes.count, RESPReader.maximumLine + 3)
            var index = max(searched, 1)
            while index < end {
                let isEnd = bytes[index] == 0x0A
                guard isEnd == (bytes[index - 1] == 0x0D) else { throw RESPDefect(kind: .line) }
                index += 1
                if isEnd { return index }
            }
            guard end < RESPReader.maximumLine + 3 else { throw RESPDefect(kind: .size) }
            return nil
        }

        private mutating func readString(_ length: Int) throws(RESPDefect) -> [UInt8]? {
            guard buffer.readableBytes >= length + 2, let bytes = buffer.readBytes(length: length) else { return nil }
            guard buffer.readInteger(as: UInt16.self) == 0x0D_0A else { throw RESPDefect(kind: .line) }
            stringLength = nil
            return bytes
        }

        /// A length; nil for -1, which says that there is no such thing.
        private func count(_ text: ByteBufferView, upTo maximum: Int) throws(RESPDefect) -> Int? {
            guard let count = Decimal.read(text), count >= -1 else { throw RESPDefect(kind: .number) }
            guard count <= maximum else { throw RESPDefect(kind: .size) }
            return count == -1 ? nil : Int(count)
        }

        private mutating func take(_ count: Int) throws(RESPDefect) {
            guard count <= RESPReader.maximumSize - size else { throw RESPDefect(kind: .size) }
            size += count
        }
    }
#endif
