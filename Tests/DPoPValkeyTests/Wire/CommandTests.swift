#if Valkey
    import DPoPCore
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
                    .set(key: key, value: [], milliseconds: 61_000, onlyIfAbsent: true),
                    ["SET", "k\r\n\0{7}", "", "NX", "PX", "61000"]
                ),
                (
                    .set(key: key, value: [], milliseconds: 61_000, onlyIfAbsent: true, returningOld: true),
                    ["SET", "k\r\n\0{7}", "", "NX", "GET", "PX", "61000"]
                ),
            ] as [(Command, [String])])
        func written(command: Command, words: [String]) {
            let expected = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
            #expect(Self.written(command) == Array("*\(words.count)\r\n\(expected)".utf8))
            #expect(command.description == words[0])
        }

        @Test(
            "attack 144: a claim that is written at once has the bytes of the command that it is",
            arguments: [1, 9, 10, 61_000, 600_000, .max] as [Int64], [ClaimMode.returningOld, .plain])
        func claims(milliseconds: Int64, mode: ClaimMode) async throws {
            let attempt = try #require(Symbols.random())
            let claimed = ClaimedKey(try #require(Symbols.random()), role: Array("rs".utf8))
            for (isCluster, seconds) in [(false, Int64(0)), (true, 1_800_000_000), (false, UnixTime.latestClaim)] {
                var keys = KeySpace(prefix: Array("dpop".utf8))
                keys.isCluster = isCluster
                var (key, value) = ([UInt8](), [UInt8]())
                keys.append(claimed, to: &key)
                attempt.append(to: &value)
                value += Array("\(seconds)".utf8)
                let isNew = mode == .returningOld
                var expected = Self.written(
                    .set(key: key, value: value, milliseconds: milliseconds, onlyIfAbsent: true, returningOld: isNew))
                if mode == .plain { expected += Self.written(.get(key: key)) }
                var bytes: [UInt8] = []
                let answer = await withCheckedContinuation { continuation in
                    let claim = Claim(
                        claimed, attempt: attempt, seconds: seconds, milliseconds: milliseconds, expiry: .now(),
                        isRepeated: false, continuation)
                    ClaimText.append(claim, keys, mode, to: &bytes)
                    claim.answer(.full)
                }
                #expect(answer == .full)
                #expect(bytes == expected)
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
