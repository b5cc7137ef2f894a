/// A JWS in compact serialization (RFC 7515 §7.1), split and decoded, nothing in it believed.
struct CompactJWS: Sendable {
    /// Where the encoded segments stand in the text, none of them empty.
    struct Framing: Sendable {
        let header: Range<Int>
        let payload: Range<Int>
        let signature: Range<Int>

        /// Refuses anything but three segments. Looks no further than the third dot.
        init(_ text: borrowing Span<UInt8>) throws(ProofRejection) {
            guard let first = text.firstDot(from: 0), let second = text.firstDot(from: first + 1) else {
                throw ProofRejection(.malformedProof, nil, "fewer than three segments")
            }
            guard text.firstDot(from: second + 1) == nil else {
                throw ProofRejection(.malformedProof, nil, "more than three segments")
            }
            (header, payload, signature) = (0..<first, first + 1..<second, second + 1..<text.count)
            guard !header.isEmpty, !payload.isEmpty, !signature.isEmpty else {
                throw ProofRejection(.malformedProof, nil, "an empty segment")
            }
        }
    }

    /// The decoded segments, one after another.
    var bytes: [UInt8]
    /// Empty if the header was not to be decoded.
    let header: Range<Int>
    let payload: Range<Int>
    let signature: Range<Int>

    let framing: Framing

    /// How many bytes of the compact text the signature covers: header, dot, payload.
    var signingInputLength: Int { framing.payload.upperBound }

    /// Refuses anything but three segments, none empty, each canonical base64url. Allocates nothing before the framing
    /// is right.
    init(_ text: borrowing Span<UInt8>) throws(ProofRejection) {
        try self.init(text, try Framing(text), decodingHeader: true)
    }

    /// - Parameter decodingHeader: false where the text's header was decoded before.
    init(_ text: borrowing Span<UInt8>, _ framing: Framing, decodingHeader: Bool) throws(ProofRejection) {
        self.framing = framing
        header = 0..<(decodingHeader ? Base64URL.decodedLength(framing.header.count) : 0)
        payload = header.upperBound..<header.upperBound + Base64URL.decodedLength(framing.payload.count)
        signature = payload.upperBound..<payload.upperBound + Base64URL.decodedLength(framing.signature.count)
        var bytes = [UInt8](zeros: signature.upperBound)
        var output = bytes.mutableSpan
        guard !decodingHeader || Base64URL.decode(text, framing.header, into: &output, at: header.lowerBound),
            Base64URL.decode(text, framing.payload, into: &output, at: payload.lowerBound),
            Base64URL.decode(text, framing.signature, into: &output, at: signature.lowerBound)
        else { throw ProofRejection(.malformedProof, nil, "a segment is not canonical base64url") }
        self.bytes = bytes
    }
}

extension Span<UInt8> {
    /// Where the next dot is; nil if there is none.
    fileprivate func firstDot(from start: Int) -> Int? {
        var index = start
        // Whole words, four of them at a time as long as none has a dot.
        while count - index >= 32 {
            // In bounds: 32 bytes are left.
            let marks = unsafe dots(at: index) | dots(at: index + 8) | dots(at: index + 16) | dots(at: index + 24)
            if marks != 0 { break }
            index += 32
        }
        while count - index >= 8 {
            // In bounds: eight bytes are left.
            let marks = unsafe dots(at: index)
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            if self[index] == UInt8(ascii: ".") { return index }
            index += 1
        }
        return nil
    }

    /// The top bit of each byte that is a dot, among the eight from `index` on; above the first one there may be more.
    /// A byte of `differences` is zero where the text has a dot, and only then does subtracting one borrow into its top
    /// bit while the top bit was clear; below the first dot nothing borrows.
    @inline(__always)
    @unsafe
    private func dots(at index: Int) -> UInt64 {
        // The caller knows that there are eight bytes.
        let loaded = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
        let word = UInt64(littleEndian: loaded)
        let differences = word ^ 0x2E2E_2E2E_2E2E_2E2E
        return (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
    }
}
