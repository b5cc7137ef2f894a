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
        var dots = (first: -1, second: -1)
        for index in text.indices where text[index] == UInt8(ascii: ".") {
            if dots.first < 0 {
                dots.first = index
            } else if dots.second < 0 {
                dots.second = index
            } else {
                throw ProofRejection(.malformedProof, nil, "more than three segments")
            }
        }
        guard dots.second >= 0 else { throw ProofRejection(.malformedProof, nil, "fewer than three segments") }
        let segments = (
            header: 0..<dots.first, payload: dots.first + 1..<dots.second, signature: dots.second + 1..<text.count
        )
        guard !segments.header.isEmpty, !segments.payload.isEmpty, !segments.signature.isEmpty else {
            throw ProofRejection(.malformedProof, nil, "an empty segment")
        }

        header = 0..<Base64URL.decodedLength(segments.header.count)
        payload = header.upperBound..<header.upperBound + Base64URL.decodedLength(segments.payload.count)
        signature = payload.upperBound..<payload.upperBound + Base64URL.decodedLength(segments.signature.count)
        signingInputLength = dots.second
        var bytes = [UInt8](repeating: 0, count: signature.upperBound)
        var output = bytes.mutableSpan
        guard Base64URL.decode(text, segments.header, into: &output, at: header.lowerBound),
            Base64URL.decode(text, segments.payload, into: &output, at: payload.lowerBound),
            Base64URL.decode(text, segments.signature, into: &output, at: signature.lowerBound)
        else { throw ProofRejection(.malformedProof, nil, "a segment is not canonical base64url") }
        self.bytes = bytes
    }
}
