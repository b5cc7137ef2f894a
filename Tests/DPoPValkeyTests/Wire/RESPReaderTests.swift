#if Valkey
    import NIOCore
    import Testing

    @testable import DPoPValkey

    @Suite struct RESPReaderTests {
        static let stream = Array(
            ("+OK\r\n$-1\r\n:0\r\n:-9223372036854775808\r\n:9223372036854775807\r\n$0\r\n\r\n$5\r\na\r\nb\n\r\n*-1\r\n*0\r\n"
                + "+\r\n-MOVED 7 [::1]:1\r\n-LOADING\r\n*3\r\n$3\r\nfoo\r\n*2\r\n:1\r\n$-1\r\n+OK\r\n+PONG\r\n$-1\r\n")
                .utf8)

        static let values: [RESPValue] = [
            .simple("OK"), .null, .integer(0), .integer(.min), .integer(.max), .bulk([]), .bulk(Array("a\r\nb\n".utf8)),
            .null, .array([]), .simple(""), .error(ServerError(Array("MOVED 7 [::1]:1".utf8))),
            .error(ServerError(Array("LOADING".utf8))),
            .array([.bulk(Array("foo".utf8)), .array([.integer(1), .null]), .simple("OK")]), .simple("PONG"), .null,
        ]

        @Test("attack 147: a stream gives the same replies however it is cut")
        func everySplit() {
            let stream = RESPReaderTests.stream
            let whole = Replies([stream])
            #expect(whole.values == RESPReaderTests.values)
            #expect(whole.defect == nil)
            for first in 0...stream.count {
                for second in first...stream.count {
                    let cut = Replies([stream[..<first], stream[first..<second], stream[second...]])
                    if cut != whole { Issue.record("cut at \(first) and \(second)") }
                }
            }
            #expect(Replies(stream.map { [$0] }) == whole)
        }

        @Test("attack 147: the beginning of a reply is no reply")
        func beginnings() {
            for value in RESPReaderTests.values {
                let bytes = value.encoded
                for end in 0..<bytes.count { #expect(Replies([bytes[..<end]]) == Replies([[UInt8]()])) }
                #expect(Replies([bytes]).values.count == 1)
            }
        }

        @Test(
            "attack 145: what no server sends is refused",
            arguments: [
                // Other protocols and newer replies.
                ("HTTP/1.1 400 Bad Request\r\n", "+HTTP/1.1 400 Bad Request\r\n", .type),
                ("PONG\r\n", "+PONG\r\n", .type),
                ("\r\n", "+\r\n", .type), (" +OK\r\n", "+OK\r\n", .type), ("\0", ":0\r\n", .type),
                ("_\r\n", "$-1\r\n", .type), ("#t\r\n", ":1\r\n", .type), (",1.5\r\n", "$3\r\n1.5\r\n", .type),
                ("%1\r\n+a\r\n+b\r\n", "*2\r\n+a\r\n+b\r\n", .type), (">1\r\n+a\r\n", "*1\r\n+a\r\n", .type),
                ("=7\r\ntxt:abc\r\n", "$7\r\ntxt:abc\r\n", .type), ("\u{15}\u{3}\u{3}", "+\r\n", .type),
                // Ends of lines.
                ("+OK\n", "+OK\r\n", .line), ("+OK\rX\n", "+OKX\r\n", .line), ("+O\nK\r\n", "+OK\r\n", .line),
                ("+OK\r\r\n", "+OK\r\n", .line), ("$-1\n", "$-1\r\n", .line), ("$-1\r\r", "$-1\r\n", .line),
                ("*1\n+a\r\n", "*1\r\n+a\r\n", .line), ("$1\r\nab\r\n", "$2\r\nab\r\n", .line),
                ("$3\r\nab\r\n\r", "$2\r\nab\r\n", .line), ("$2\r\nab\n\r", "$2\r\nab\r\n", .line),
                // Numbers.
                (":\r\n", ":0\r\n", .number), (":+1\r\n", ":1\r\n", .number), (":01\r\n", ":1\r\n", .number),
                (":-0\r\n", ":0\r\n", .number), (":1.0\r\n", ":1\r\n", .number), (": 1\r\n", ":1\r\n", .number),
                (":1 \r\n", ":1\r\n", .number), (":-\r\n", ":-1\r\n", .number), (":--1\r\n", ":-1\r\n", .number),
                (":9223372036854775808\r\n", ":9223372036854775807\r\n", .number),
                (":-9223372036854775809\r\n", ":-9223372036854775808\r\n", .number),
                (":99999999999999999999999\r\n", ":999999999999999999\r\n", .number), (":٣\r\n", ":3\r\n", .number),
                // Lengths.
                ("$\r\n", "$0\r\n\r\n", .number), ("$-2\r\n", "$-1\r\n", .number), ("$-01\r\n", "$-1\r\n", .number),
                ("$+1\r\na\r\n", "$1\r\na\r\n", .number), ("$01\r\na\r\n", "$1\r\na\r\n", .number),
                ("$-0\r\n\r\n", "$0\r\n\r\n", .number), ("$?\r\n", "$0\r\n\r\n", .number),
                ("*-2\r\n", "*-1\r\n", .number),
                ("*+1\r\n+a\r\n", "*1\r\n+a\r\n", .number), ("*01\r\n+a\r\n", "*1\r\n+a\r\n", .number),
                ("*?\r\n", "*0\r\n", .number), ("*\r\n", "*0\r\n", .number), ("$1x\r\na\r\n", "$1\r\na\r\n", .number),
                ("$9223372036854775807\r\n", "$-1\r\n", .size), ("*9223372036854775807\r\n", "*-1\r\n", .size),
                // Within an array.
                ("*2\r\n+a\r\nb\r\n", "*2\r\n+a\r\n+b\r\n", .type), ("*1\r\n$-3\r\n", "*1\r\n$-1\r\n", .number),
                // Simple strings.
                ("+a\u{7F}\r\n", "+a~\r\n", .text), ("+a\tb\r\n", "+a b\r\n", .text), ("+é\r\n", "$2\r\né\r\n", .text),
            ] as [(String, String, RESPDefect.Kind)])
        func garbage(bad: String, twin: String, kind: RESPDefect.Kind) {
            let refused = Replies(bad)
            #expect(refused.defect == RESPDefect(kind: kind))
            #expect(refused.values.isEmpty)
            #expect(Replies(bad.utf8.map { [$0] }) == refused)
            let accepted = Replies(twin)
            #expect(accepted.defect == nil)
            #expect(accepted.values.count == 1)
        }

        @Test("attacks 145 and 147: after a defect nothing is read any more, but what came before it")
        func defectStays() throws {
            var reader = RESPReader()
            var buffer = ByteBuffer(string: "+OK\r\nHTTP/1.1 200 OK\r\n+OK\r\n")
            reader.append(&buffer)
            #expect(buffer.readableBytes == 0)
            #expect(try reader.next() == .simple("OK"))
            for _ in 0..<3 {
                #expect(throws: RESPDefect(kind: .type)) { try reader.next() }
                var more = ByteBuffer(string: "+OK\r\n")
                reader.append(&more)
                #expect(more.readableBytes == 0)
            }
        }
    }
#endif
