#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    /// The text of a revocation, and what it means.
    @Suite struct RevocationFormatTests {
        private static let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"

        @Test(
            "what is written is read as the same",
            arguments: [
                (nil, nil, "* *"), (UnixTime(seconds: 5), nil, "5 *"), (nil, UnixTime(seconds: 9), "* 9"),
                (UnixTime(seconds: -5, nanoseconds: 70), UnixTime(seconds: 0), "-5.000000070 0"),
                (UnixTime(seconds: .max), UnixTime(seconds: .max), "* *"),
                (UnixTime(seconds: .min), UnixTime(seconds: .min), "-9223372036854775808 -9223372036854775808"),
                (nil, UnixTime(seconds: 9, nanoseconds: 1), "* 10"),
            ] as [(UnixTime?, UnixTime?, String)])
        func roundTrip(issuedBefore: UnixTime?, until: UnixTime?, times: String) throws {
            let key = try #require(Thumbprint(Self.jkt))
            let revocation = Revocation(key, RevocationExtent(issuedBefore: issuedBefore, until: until))
            #expect(revocation.bytes == Array("v1 \(Self.jkt) \(times)".utf8))
            #expect(Revocation(bytes: revocation.bytes) == revocation)
        }

        @Test("the longest text is read")
        func longest() throws {
            let text = "v1 \(Self.jkt) -9223372036854775808.000000001 -9223372036854775808"
            #expect(text.utf8.count == 98)
            #expect(Revocation(bytes: Array(text.utf8)) != nil)
        }

        @Test(
            "other spellings are not read",
            arguments: [
                "", "v1", "v2 \(jkt) 5 9", "V1 \(jkt) 5 9", "v1 \(jkt) 5", "v1 \(jkt) 5 9 ", "v1 \(jkt) 5 9 1",
                " v1 \(jkt) 5 9", "v1  \(jkt) 5 9", "v1 \(jkt)= 5 9", "v1 \(jkt.dropLast()) 5 9",
                "v1 \(jkt.dropLast())J 5 9", "v1 \(jkt) +5 9", "v1 \(jkt) 05 9", "v1 \(jkt) -0 9", "v1 \(jkt) 5. 9",
                "v1 \(jkt) 5.5 9", "v1 \(jkt) 5.000000000 9", "v1 \(jkt) 5.0000000001 9", "v1 \(jkt) .000000001 9",
                "v1 \(jkt) 5.000000001.1 9", "v1 \(jkt) 5 9.000000001", "v1 \(jkt) 5 9223372036854775807",
                "v1 \(jkt) 5 9223372036854775808", "v1 \(jkt) ** 9", "v1 \(jkt) 5 9\n", "v1 \(jkt) 5 9\0",
                "v1 \(jkt) ٥ 9", "v1 \(jkt) 5.-00000001 9",
            ])
        func malformed(text: String) {
            #expect(Revocation(bytes: Array("v1 \(Self.jkt) 5 9".utf8)) != nil)
            #expect(Revocation(bytes: Array(text.utf8)) == nil)
        }

        @Test("bytes that are no text are not read")
        func noText() {
            #expect(Revocation(bytes: [0xFF, 0xFE]) == nil)
            #expect(Revocation(bytes: [UInt8](repeating: 0x20, count: 1_000_000)) == nil)
        }

        @Test("of two the wider is kept, in each direction")
        func union() {
            func extent(_ before: Int64?, _ until: Int64?) -> RevocationExtent {
                RevocationExtent(
                    issuedBefore: before.map { UnixTime(seconds: $0) }, until: until.map { UnixTime(seconds: $0) })
            }
            #expect(extent(5, 100).union(extent(6, 90)) == extent(6, 100))
            #expect(extent(nil, 100).union(extent(6, nil)) == extent(nil, nil))
            #expect(extent(6, 100).covers(extent(6, 100)) && extent(nil, nil).covers(extent(6, 100)))
            #expect(!extent(6, 100).covers(extent(7, 50)) && !extent(6, 100).covers(extent(5, 101)))
        }

        @Test("it is remembered 300 s longer, the last instant included, and for ever without an end")
        func time() {
            let extent = RevocationExtent(issuedBefore: nil, until: UnixTime(seconds: 1_000))
            #expect(extent.isLive(at: UnixTime(seconds: 1_300)))
            #expect(!extent.isLive(at: UnixTime(seconds: 1_300, nanoseconds: 1)))
            #expect(extent.milliseconds(from: UnixTime(seconds: 1_000, nanoseconds: 999)) == 301_000)
            #expect(extent.milliseconds(from: UnixTime(seconds: 1_300)) == 1_000)
            let always = RevocationExtent(issuedBefore: nil, until: nil)
            #expect(always.isLive(at: UnixTime(seconds: .max)) && always.milliseconds(from: .now()) == nil)
            let late = RevocationExtent(issuedBefore: nil, until: UnixTime(seconds: .max - 1))
            #expect(late.isLive(at: UnixTime(seconds: .max)) && late.milliseconds(from: .now()) == nil)
            #expect(late.milliseconds(from: UnixTime(seconds: .min)) == nil)
        }
    }
#endif
