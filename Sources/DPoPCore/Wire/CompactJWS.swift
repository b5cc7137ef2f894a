/// A JWS in compact serialization (RFC 7515 §7.1), split and decoded, nothing in it believed.
struct CompactJWS: Sendable {
    /// The three decoded segments, one after another.
    var bytes: [UInt8]
    let header: Range<Int>
    let payload: Range<Int>
    let signature: Range<Int>

    /// How many bytes of the compact text the signature covers: header, dot, payload.
    let signingInputLength: Int

    /// Refuses anything but three segments, none empty, each canonical base64url. Looks no further than the third
    /// dot and allocates nothing before the framing is right.
    init(_ text: borrowing Span<UInt8>) throws(ProofRejection) {
        guard let first = text.firstDot(from: 0), let second = text.firstDot(from: first + 1) else {
            throw ProofRejection(.malformedProof, nil, "fewer than three segments")
        }
        guard text.firstDot(from: second + 1) == nil else {
            throw ProofRejection(.malformedProof, nil, "more than three segments")
        }
        let segments = (
            header: 0..<first, payload: first + 1..<second, signature: second + 1..<text.count
        )
        guard !segments.header.isEmpty, !segments.payload.isEmpty, !segments.signature.isEmpty else {
            throw ProofRejection(.malformedProof, nil, "an empty segment")
        }

        header = 0..<Base64URL.decodedLength(segments.header.count)
        payload = header.upperBound..<header.upperBound + Base64URL.decodedLength(segments.payload.count)
        signature = payload.upperBound..<payload.upperBound + Base64URL.decodedLength(segments.signature.count)
        signingInputLength = second
        var bytes = [UInt8](repeating: 0, count: signature.upperBound)
        var output = bytes.mutableSpan
        guard Base64URL.decode(text, segments.header, into: &output, at: header.lowerBound),
            Base64URL.decode(text, segments.payload, into: &output, at: payload.lowerBound),
            Base64URL.decode(text, segments.signature, into: &output, at: signature.lowerBound)
        else { throw ProofRejection(.malformedProof, nil, "a segment is not canonical base64url") }
        self.bytes = bytes
    }
}

extension Span<UInt8> {
    /// Where the next dot is; nil if there is none.
    fileprivate func firstDot(from start: Int) -> Int? {
        var index = start
        // Eight bytes at a time. A byte of `differences` is zero where the text has a dot, and only then does
        // subtracting one borrow into its top bit while the top bit was clear; below the first dot nothing borrows.
        while count - index >= 8 {
            // In bounds: eight bytes are left.
            let word = UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let differences = word ^ 0x2E2E_2E2E_2E2E_2E2E
            let dots = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
            if dots != 0 { return index + dots.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            if self[index] == UInt8(ascii: ".") { return index }
            index += 1
        }
        return nil
    }
}
