internal import CSslShim

/// 32 bytes of SHA-256 (FIPS 180-4), as four words so that it is compared and hashed without a loop.
struct SHA256Digest: Hashable, Sendable {
    private(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init(of bytes: borrowing Span<UInt8>) {
        unsafe self.init { digest in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                // Reads `bytes.count` bytes from a buffer of that size; (nil, 0) is allowed.
                unsafe cssl_sha256(bytes.baseAddress, bytes.count, digest)
            }
        }
    }

    /// From 32 bytes.
    init?(_ bytes: borrowing Span<UInt8>) {
        guard bytes.count == 32 else { return nil }
        unsafe self.init { own in
            // Both sides have 32 bytes.
            for index in 0..<32 { unsafe own[index] = bytes[index] }
        }
    }

    private init() {}

    fileprivate init(writing write: (UnsafeMutablePointer<UInt8>) -> Void) {
        self.init()
        unsafe withMutableBytes { own in unsafe write(own) }
    }

    private mutating func withMutableBytes(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        unsafe withUnsafeMutableBytes(of: &words) { words in
            // Four words are 32 bytes without padding; the pointer does not leave the closure.
            if let start = words.baseAddress { unsafe body(start.assumingMemoryBound(to: UInt8.self)) }
        }
    }

    /// The 32 bytes, without an allocation.
    var inlineBytes: InlineArray<32, UInt8> {
        // Four words are 32 bytes without padding, and any bytes are a value of either type.
        unsafe unsafeBitCast(words, to: InlineArray<32, UInt8>.self)
    }

    /// The 32 bytes.
    var bytes: [UInt8] { inlineBytes.span.copy(0..<32) }

    /// The base64url spelling, 43 characters.
    var encoded: String { String(decoding: Base64URL.encode(inlineBytes.span), as: UTF8.self) }

    /// Whether `text[range]` is that spelling, and no other. The length follows from the bytes; time does not matter,
    /// since both sides are public.
    func isSpelled(by text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == Base64URL.encodedLength(32) else { return false }
        var decoded: InlineArray<32, UInt8> = .init(repeating: 0)
        var output = decoded.mutableSpan
        guard Base64URL.decode(text, range, into: &output, at: 0) else { return false }
        return SHA256Digest(decoded.span) == self
    }

    static func == (a: SHA256Digest, b: SHA256Digest) -> Bool {
        a.words.0 == b.words.0 && a.words.1 == b.words.1 && a.words.2 == b.words.2 && a.words.3 == b.words.3
    }

    func hash(into hasher: inout Hasher) {
        // Any 128 bits of a SHA-256 tell keys apart; == compares all of them.
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// SHA-256 over bytes that come in pieces.
struct SHA256Hasher {
    private var state = SHA256_CTX()

    init() {
        unsafe SHA256_Init(&state)
    }

    mutating func update(_ bytes: borrowing Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            // Reads `bytes.count` bytes from a buffer of that size.
            if bytes.count > 0 { unsafe SHA256_Update(&state, bytes.baseAddress, bytes.count) }
        }
    }

    /// A literal's bytes.
    mutating func append(_ text: StaticString) {
        // The length is the literal's own.
        unsafe SHA256_Update(&state, text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Eight bytes, most significant first.
    mutating func update(_ number: UInt64) {
        var number = number.bigEndian
        unsafe withUnsafeBytes(of: &number) { bytes in
            _ = unsafe SHA256_Update(&state, bytes.baseAddress, bytes.count)
        }
    }

    mutating func update(_ digest: SHA256Digest) {
        var words = digest.words
        unsafe withUnsafeBytes(of: &words) { bytes in
            _ = unsafe SHA256_Update(&state, bytes.baseAddress, bytes.count)
        }
    }

    mutating func finish() -> SHA256Digest {
        unsafe SHA256Digest { digest in unsafe SHA256_Final(digest, &state) }
    }
}
