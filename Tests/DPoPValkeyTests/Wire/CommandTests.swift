#if Valkey
    import NIOCore
    import Testing

    @testable import DPoPValkey

    @Suite struct CommandTests {
        private static func written(_ command: Command) -> [UInt8] {
            var buffer = ByteBuffer()
            command.write(to: &buffer)
            return Array(buffer.readableBytesView)
        }

        private static let key = Array("k\r\n\0{7}".utf8)

        @Test(
            "attack 144: commands are written as arrays of strings, and a claim is one of them",
            arguments: [
                (.ping, ["PING"]), (.info, ["INFO"]), (.asking, ["ASKING"]), (.select(15), ["SELECT", "15"]),
                (.configGet("maxmemory-policy"), ["CONFIG", "GET", "maxmemory-policy"]),
                (.auth(user: nil, password: "pé w"), ["AUTH", "pé w"]),
                (.auth(user: "u", password: "p"), ["AUTH", "u", "p"]), (.get(key: Array("k".utf8)), ["GET", "k"]),
                (.subscribe(channel: Array("c".utf8)), ["SUBSCRIBE", "c"]),
                (.publish(channel: Array("c".utf8), message: []), ["PUBLISH", "c", ""]),
                (
                    .set(key: key, value: [0x61], milliseconds: nil, onlyIfAbsent: false, returningOld: false),
                    ["SET", "k\r\n\0{7}", "a"]
                ),
                (
                    .set(key: key, value: [0x61], milliseconds: 1, onlyIfAbsent: false, returningOld: false),
                    ["SET", "k\r\n\0{7}", "a", "PX", "1"]
                ),
                (.set(key: key, value: [0x61], onlyIfAbsent: true), ["SET", "k\r\n\0{7}", "a", "NX"]),
                (
                    .claim(key: key, value: [], milliseconds: 61_000, returningOld: false),
                    ["SET", "k\r\n\0{7}", "", "NX", "PX", "61000"]
                ),
                (
                    .claim(key: key, value: [], milliseconds: 61_000, returningOld: true),
                    ["SET", "k\r\n\0{7}", "", "NX", "GET", "PX", "61000"]
                ),
            ] as [(Command, [String])])
        func written(command: Command, words: [String]) {
            let expected = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
            #expect(Self.written(command) == Array("*\(words.count)\r\n\(expected)".utf8))
            #expect(command.description == words[0])
        }

        @Test(
            "attack 144: a claim that is written at once has the same bytes",
            arguments: [1, 9, 10, 61_000, 600_000, .max] as [Int64], [true, false])
        func claims(milliseconds: Int64, returningOld: Bool) {
            for length in [0, 1, 9, 10, 99, 100, 300] {
                let key = [UInt8](repeating: 0x0D, count: length)
                let value = [UInt8](repeating: 0xFF, count: 16)
                var buffer = ByteBuffer(string: "before")
                Command.writeClaim(
                    key: key, value: value, milliseconds: milliseconds, returningOld: returningOld, to: &buffer)
                let claim = Command.claim(
                    key: key, value: value, milliseconds: milliseconds, returningOld: returningOld)
                #expect(Array(buffer.readableBytesView) == Array("before".utf8) + Self.written(claim))
            }
        }

        @Test("nothing shows a command's arguments")
        func secrets() {
            for command in [Command.auth(user: "some-user", password: "hunter2"), .get(key: Array("hunter2".utf8))] {
                var shown = "\(command) \(String(reflecting: command)) \([command])"
                dump(command, to: &shown)
                #expect(shown.contains("AUTH") || shown.contains("GET"))
                #expect(!shown.contains("hunter2"))
                #expect(!shown.contains("some-user"))
                #expect(!shown.contains("104"))  // "h" as a byte
            }
        }
    }
#endif
