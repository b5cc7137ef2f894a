#if Valkey
    import NIOCore
    import Testing

    @testable import DPoPValkey

    @Suite struct RESPLimitTests {
        static func line(_ count: Int) -> String { String(repeating: "a", count: count) }

        @Test("attack 145: a line has 1,024 bytes at most", arguments: ["+", "-"])
        func lines(type: String) {
            #expect(Replies("\(type)\(Self.line(1_024))\r\n").values.count == 1)
            #expect(Replies("\(type)\(Self.line(1_025))\r\n").defect == RESPDefect(kind: .size))
            // Without waiting for its end.
            #expect(Replies("\(type)\(Self.line(1_025))").defect == nil)
            #expect(Replies("\(type)\(Self.line(1_026))").defect == RESPDefect(kind: .size))
            #expect(Replies(Array("\(type)\(Self.line(2_000))".utf8).map { [$0] }).defect == RESPDefect(kind: .size))
        }

        @Test("attack 145: a string has 1,048,576 bytes at most")
        func strings() {
            let largest = Self.line(1_048_576)
            #expect(Replies("$1048576\r\n\(largest)\r\n").values == [.bulk(Array(largest.utf8))])
            #expect(Replies("$1048577\r\n").defect == RESPDefect(kind: .size))
        }

        @Test("attack 145: an array has 1,024 elements at most")
        func elements() {
            let values = [RESPValue](repeating: .null, count: 1_024)
            #expect(Replies([RESPValue.array(values).encoded]).values == [.array(values)])
            #expect(Replies("*1025\r\n").defect == RESPDefect(kind: .size))
        }

        @Test("attack 145: an element is in 4 arrays at most", arguments: ["*0\r\n", "*1\r\n+a\r\n"])
        func depth(innermost: String) {
            let outer = { (count: Int) in String(repeating: "*1\r\n", count: count) }
            #expect(Replies(outer(3) + innermost).values.count == 1)
            #expect(Replies(outer(4) + innermost).defect == RESPDefect(kind: .depth))
            // One array behind the other is not one within the other.
            #expect(Replies("*5\r\n" + String(repeating: outer(2) + innermost, count: 5)).values.count == 1)
        }

        @Test(
            "attack 145: a reply has 1,310,720 bytes at most, with all that is in it",
            arguments: [RESPValue.simple("aa"), .null, .integer(42), .bulk([]), .error(ServerError(Array("AA".utf8)))])
        func size(last: RESPValue) {
            let strings = [RESPValue](repeating: .bulk([UInt8](repeating: 1, count: 65_000)), count: 20)
            func reply(_ filler: Int) -> RESPValue {
                .array(strings + [.bulk([UInt8](repeating: 2, count: filler)), last])
            }
            let spare = RESPReader.maximumSize - reply(10_000).encoded.count + 10_000
            let largest = reply(spare).encoded
            #expect(largest.count == RESPReader.maximumSize)
            // Twice: each reply has a size of its own.
            #expect(Replies([largest, largest]).values.count == 2)
            #expect(Replies([reply(spare + 1).encoded]).defect == RESPDefect(kind: .size))
        }

        @Test(
            "attack 145: the largest reply is read byte for byte without looking at it again", .timeLimit(.minutes(1)))
        func linear() {
            let strings = [RESPValue](repeating: .bulk([UInt8](repeating: 13, count: 65_000)), count: 4)
            let reply = RESPValue.array(strings)
            #expect(Replies(reply.encoded.map { CollectionOfOne($0) }).values == [reply])
        }

        @Test("attack 145: what has been read takes no memory", arguments: [4_096, 4_099, 17])
        func memory(fragment: Int) throws {
            let reply = Array("*2\r\n$-1\r\n$7\r\n1234567\r\n".utf8)
            let stream = [[UInt8]](repeating: reply, count: 20_000).flatMap { $0 }
            var reader = RESPReader()
            var count = 0
            for start in stride(from: 0, to: stream.count, by: fragment) {
                var buffer = ByteBuffer(bytes: stream[start..<min(start + fragment, stream.count)])
                reader.append(&buffer)
                while try reader.next() != nil { count += 1 }
                let own = Mirror(reflecting: reader).children.first { $0.label == "buffer" }?.value as? ByteBuffer
                let capacity = try #require(own).capacity
                if capacity > 16_384 { Issue.record("\(capacity) bytes") }
            }
            #expect(count == 20_000)
        }
    }
#endif
