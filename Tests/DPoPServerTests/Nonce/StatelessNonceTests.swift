import DPoPCore
import Testing

@testable import DPoPServer

@Suite struct StatelessNonceTests {
    /// The last microsecond of the year 9999.
    private let latestMinted: UInt64 = 253_402_300_799_999_999
    private let now = UnixTime(seconds: 1_700_000_040)  // a step of 120 s starts here

    private func secret(_ seed: UInt8) throws -> NonceSecret {
        try NonceSecret((0..<32).map { seed &+ UInt8($0) &* 7 })
    }

    private func nonces(_ audience: NonceAudience = .resourceServer, _ seeds: UInt8...) throws -> StatelessNonces {
        try StatelessNonces(secrets: (seeds.isEmpty ? [1] : seeds).map(secret), audience: audience)
    }

    private func isValid(_ nonces: StatelessNonces, _ nonce: String, at offset: Int64 = 0) -> Bool {
        nonces.judge(nonce, now: now.advanced(bySeconds: offset)) != .invalid
    }

    private func bytes(of nonce: String?) throws -> [UInt8] {
        let nonce = try #require(nonce)
        return try #require(Base64URL.decode(nonce))
    }

    @Test("a nonce says when it was minted and when it lapses, to every node with the secret")
    func times() throws {
        let nonce = try #require(try nonces().issue(now: now.advanced(bySeconds: 7)))
        let verdict = NonceVerdict.valid(
            mintedAt: now.advanced(bySeconds: 7), lapsesAt: now.advanced(bySeconds: 240))
        #expect(try nonces().judge(nonce, now: now.advanced(bySeconds: 200)) == verdict)
        let fine = UnixTime(seconds: now.seconds, nanoseconds: 123_456_789)
        let fineNonce = try #require(try nonces().issue(now: fine))
        let mintedAt = UnixTime(seconds: now.seconds, nanoseconds: 123_456_000)
        #expect(
            try nonces().judge(fineNonce, now: fine)
                == .valid(mintedAt: mintedAt, lapsesAt: now.advanced(bySeconds: 240)))
    }

    @Test("attack 157: every bit flipped, every length and every other spelling is refused")
    func forged() throws {
        let nonces = try nonces()
        let nonce = try #require(nonces.issue(now: now))
        #expect(isValid(nonces, nonce))
        let bytes = try #require(Base64URL.decode(nonce))
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!isValid(nonces, String(decoding: Base64URL.encode(changed.span), as: UTF8.self)))
        }
        for length in 0..<nonce.utf8.count { #expect(!isValid(nonces, String(nonce.prefix(length)))) }
        let other = nonce.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        for text in [nonce + "A", nonce + "=", " " + nonce, nonce + "\0", "A" + nonce, nonce.uppercased(), "\u{e9}"]
            + (String(other) == nonce ? [] : [String(other)])
        {
            #expect(!isValid(nonces, text))
        }
        // The last character has two unused bits, which must be zero.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let lastCharacter = try #require(nonce.last)
        let last = try #require(alphabet.firstIndex(of: lastCharacter))
        for slack in 1..<4 { #expect(!isValid(nonces, nonce.dropLast() + String(alphabet[last | slack]))) }
    }

    @Test("attack 158: a nonce counts with its own secret, audience and version alone")
    func separated() throws {
        let audiences: [NonceAudience] = [
            .authorizationServer, .resourceServer, .named(""), .named("a"), .named("b"), .named("a\0"),
        ]
        for (index, audience) in audiences.enumerated() {
            let nonce = try #require(try nonces(audience).issue(now: now))
            for (other, candidate) in audiences.enumerated() {
                #expect(isValid(try nonces(candidate), nonce) == (index == other))
            }
            #expect(!isValid(try nonces(audience, 2), nonce))
        }
        // An identifier of the right secret on a code of another.
        let theirs = try bytes(of: nonces(.resourceServer, 2).issue(now: now))
        let ours = try bytes(of: nonces().issue(now: now))
        let mixed = theirs[..<1] + ours[1..<5] + theirs[5...]
        #expect(!isValid(try nonces(), String(decoding: Base64URL.encode(Array(mixed).span), as: UTF8.self)))
    }

    @Test("attack 159: accepted through the next step and ahead by the clock skew, and not a moment longer")
    func window() throws {
        let nonces = try nonces()
        for minted in [Int64(0), 1, 119] {
            let nonce = try #require(nonces.issue(now: now.advanced(bySeconds: minted)))
            #expect(isValid(nonces, nonce, at: minted))
            #expect(isValid(nonces, nonce, at: 239))
            let lastMoment = UnixTime(seconds: now.seconds + 239, nanoseconds: 999_999_999)
            #expect(nonces.judge(nonce, now: lastMoment) != .invalid)
            #expect(!isValid(nonces, nonce, at: 240))
            #expect(isValid(nonces, nonce, at: minted - 10))
            #expect(!isValid(nonces, nonce, at: minted - 11))
        }
    }

    @Test("attack 159: times at the ends of the range do not trap")
    func farTimes() throws {
        let nonces = try nonces()
        let latest = UnixTime(seconds: 253_402_300_799)
        let nonce = try #require(nonces.issue(now: latest))
        #expect(nonces.judge(nonce, now: latest) != .invalid)
        for second in [Int64.min, -1, .max, 253_402_300_800] {
            #expect(nonces.issue(now: UnixTime(seconds: second)) == nil)
        }
        for second in [Int64.min, -1, .max] {
            #expect(nonces.judge(nonce, now: UnixTime(seconds: second)) == .invalid)
        }
        // Beyond the year 9999 and at the end of 64 bits, each rightly authenticated by the secret.
        let secret = try secret(1)
        let prefix = Array("swift-dpop nonce 1".utf8) + NonceAudience.resourceServer.label
        let key = secret.key.withPrefix(prefix.span)
        let hmac = try #require(key)
        for minted in [latestMinted, latestMinted + 1, 1 << 63, .max] {
            let time = (0..<8).map { UInt8(truncatingIfNeeded: minted >> (56 - 8 * UInt64($0))) }
            let code = hmac.code(of: time.span)
            let identifier = (0..<4).map { UInt8(truncatingIfNeeded: secret.identifier >> (24 - 8 * UInt32($0))) }
            let bytes = [1] + identifier + time + (0..<16).map { code[$0] }
            let text = String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
            #expect((nonces.judge(text, now: latest) != .invalid) == (minted == latestMinted))
        }
    }

    @Test("attack 161: a rotation refuses nobody on the way, and the old secret nothing after it")
    func rotation() throws {
        let (old, new) = (try secret(1), try secret(2))
        let nodes = [try nonces(), try nonces()]
        func allAccept(_ nonce: String?, at offset: Int64) throws -> Bool {
            let nonce = try #require(nonce)
            return nodes.allSatisfy { isValid($0, nonce, at: offset) }
        }
        // Each list reaches one node after the other, and between all of them both nodes mint and verify.
        var held: [(nonce: String?, mintedAt: Int64)] = []
        var offset: Int64 = 0
        for list in [[old], [old, new], [new, old]] {
            for node in nodes {
                try node.use(list)
                offset += 1
                held += nodes.map { ($0.issue(now: now.advanced(bySeconds: offset)), offset) }
                for (nonce, _) in held { #expect(try allAccept(nonce, at: offset)) }
            }
        }
        let last = try #require(nodes[0].issue(now: now.advanced(bySeconds: offset)))
        let mintedByOld = try #require(held.first?.nonce)
        // Two steps later there is nothing of the old one left to refuse.
        #expect(!isValid(nodes[0], mintedByOld, at: 240))
        try nodes[0].use([new])
        #expect(isValid(nodes[0], last, at: offset))
        #expect(!isValid(nodes[0], mintedByOld, at: offset))
    }

    @Test("attack 162: another time gives another nonce, and a guess of the time alone forges none")
    func distinct() throws {
        let nonces = try nonces()
        var seen: Set<String> = []
        let count: Int64 = 20_000
        for second in 0..<count {
            let nonce = try #require(nonces.issue(now: now.advanced(bySeconds: second)))
            seen.insert(nonce)
        }
        #expect(seen.count == Int(count))
        // 128 bits of code.
        let bytes = try bytes(of: seen.first)
        #expect(bytes.count == 29)
        var guess = bytes
        guess.replaceSubrange(13..., with: repeatElement(0, count: 16))
        #expect(!isValid(nonces, String(decoding: Base64URL.encode(guess.span), as: UTF8.self)))
    }

    @Test("attack 164: a nonce holds only characters that a field value may have")
    func characters() throws {
        for second in Int64(0)..<500 {
            let nonce = try #require(try nonces().issue(now: now.advanced(bySeconds: second)))
            #expect(nonce.utf8.count == 39)
            #expect(
                nonce.utf8.allSatisfy { $0 == 0x21 || (0x23...0x5B).contains($0) || (0x5D...0x7E).contains($0) })
        }
    }

    @Test(
        "attack 165: a secret that is short or a placeholder is refused, and none is ever shown", arguments: [0, 1, 31])
    func weakSecret(_ length: Int) throws {
        let bytes = (0..<length).map { UInt8($0 + 65) }
        #expect(throws: ConfigurationError.self) { try NonceSecret(bytes) }
        #expect(throws: ConfigurationError.self) { try NonceSecret(Array(repeating: 7, count: 64)) }
        let secret = try NonceSecret((0..<32).map { UInt8($0 + 65) })
        var dumped = ""
        dump(secret, to: &dumped)
        let nonces = try StatelessNonces(secrets: [secret], audience: .authorizationServer)
        dump(nonces, to: &dumped)
        #expect(!"\(secret)\(String(reflecting: secret))\(dumped)\(nonces)".contains("- 66"))
        #expect(!"\(secret)\(String(reflecting: secret))\(dumped)\(nonces)".contains("ABC"))
    }

    @Test("secrets and numbers out of range are refused at construction, and a bad rotation changes nothing")
    func configuration() throws {
        let secret = try secret(1)
        let many = try (0..<9).map { try self.secret($0) }
        for secrets in [[], [secret, secret], many] {
            #expect(throws: ConfigurationError.self) {
                try StatelessNonces(secrets: secrets, audience: .resourceServer)
            }
        }
        for (step, skew) in [(9, 0), (43_201, 0), (120, -1), (120, 121)] as [(Int64, Int64)] {
            #expect(throws: ConfigurationError.self) {
                try StatelessNonces(secrets: [secret], audience: .resourceServer, step: step, clockSkew: skew)
            }
        }
        _ = try StatelessNonces(secrets: [secret], audience: .resourceServer, step: 10, clockSkew: 10)
        let nonces = try nonces()
        let nonce = try #require(nonces.issue(now: now))
        #expect(throws: ConfigurationError.self) { try nonces.use([]) }
        #expect(isValid(nonces, nonce))
    }

    @Test("a nonce is about to lapse from the step after its own on")
    func lapsing() throws {
        let nonces = try nonces()
        let lapse = now.advanced(bySeconds: 240)
        #expect(!nonces.isAboutToLapse(lapse, now: now.advanced(bySeconds: 119)))
        #expect(nonces.isAboutToLapse(lapse, now: now.advanced(bySeconds: 120)))
    }
}
