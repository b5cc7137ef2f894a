/// The claims of a proof (RFC 9449 §4.2) as values.
public struct ProofClaims: Sendable, Hashable {
    /// The proof's identifier, 1…256 bytes.
    public let jti: String
    /// The HTTP method.
    public let htm: String
    /// The target URI as the client wrote it.
    public let htu: String
    /// When the proof was made, whole seconds.
    public let iat: UnixTime
    /// The hash of the access token, if the proof has one.
    public let ath: String?
    /// The server's nonce, if the proof has one.
    public let nonce: String?
}

/// Where the claims stand in the payload, and the numbers among them: well typed, in range, compared with nothing.
struct ClaimRanges: Sendable {
    let jti: Range<Int>
    let htm: Range<Int>
    let htu: Range<Int>
    let iat: Int64
    let exp: Int64?
    let nbf: Int64?
    let ath: Range<Int>?
    let nonce: Range<Int>?

    /// The members as they were written. Reading one only judges its JSON.
    struct Members {
        fileprivate var jti = JSONValue.absent
        fileprivate var htm = JSONValue.absent
        fileprivate var htu = JSONValue.absent
        fileprivate var iat = JSONValue.absent
        fileprivate var exp = JSONValue.absent
        fileprivate var nbf = JSONValue.absent
        fileprivate var ath = JSONValue.absent
        fileprivate var nonce = JSONValue.absent

        init(_ range: Range<Int>, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
            var reader = StrictJSON(range, maximumDepth: VerificationPolicy.maximumDepth)
            var object = try reader.openObject(&json)
            while let name = try reader.nextMember(of: &object, &json) {
                let value = try reader.readValue(&json)
                if json.matches(name, "nonce") {
                    nonce = value
                    continue
                }
                guard name.count == 3 else { continue }
                if json.matches(name, "jti") {
                    jti = value
                } else if json.matches(name, "htm") {
                    htm = value
                } else if json.matches(name, "htu") {
                    htu = value
                } else if json.matches(name, "iat") {
                    iat = value
                } else if json.matches(name, "ath") {
                    ath = value
                } else if json.matches(name, "exp") {
                    exp = value
                } else if json.matches(name, "nbf") {
                    nbf = value
                }
            }
            try reader.finish(&json)
        }
    }

    /// Checks that the required claims are there and that each known claim has its JSON type and range, in the order
    /// jti, htm, htu, iat, exp, nbf, ath, nonce. A claim of the wrong type is refused, never taken as absent.
    init(_ members: Members, _ json: borrowing Span<UInt8>) throws(ProofRejection) {
        jti = try required(.jti, members.jti)
        guard VerificationPolicy.jtiBytes.contains(jti.count) else {
            throw ProofRejection(.malformedClaim, .jti, "jti is not of 1 to 256 bytes")
        }
        for index in jti where json[index] < 0x20 || json[index] == 0x7F {
            throw ProofRejection(.malformedClaim, .jti, "jti has control characters")
        }
        htm = try required(.htm, members.htm)
        htu = try required(.htu, members.htu)
        guard htu.count <= VerificationPolicy.htuBytes else {
            throw ProofRejection(.malformedClaim, .htu, "htu is longer than 4096 bytes")
        }
        guard let issued = try numericDate(.iat, members.iat, json) else {
            throw ProofRejection(.missingClaim, .iat, "a required claim is absent")
        }
        iat = issued
        exp = try numericDate(.exp, members.exp, json)
        nbf = try numericDate(.nbf, members.nbf, json)
        ath = try optional(.ath, members.ath)
        nonce = try optional(.nonce, members.nonce)
    }
}

private func optional(_ claim: ProofRejection.Claim, _ value: JSONValue) throws(ProofRejection) -> Range<Int>? {
    switch value {
    case .absent: return nil
    case .string(let range): return range
    default: throw ProofRejection(.malformedClaim, claim, "a claim has the wrong JSON type")
    }
}

private func required(_ claim: ProofRejection.Claim, _ value: JSONValue) throws(ProofRejection) -> Range<Int> {
    guard let range = try optional(claim, value) else {
        throw ProofRejection(.missingClaim, claim, "a required claim is absent")
    }
    return range
}

/// A NumericDate (RFC 7519 §2) without exponent, 0…253402300799 (the end of the year 9999), its fraction dropped.
private func numericDate(
    _ claim: ProofRejection.Claim, _ value: JSONValue, _ json: borrowing Span<UInt8>
) throws(ProofRejection) -> Int64? {
    if case .absent = value { return nil }
    guard case .number(let range) = value else {
        throw ProofRejection(.malformedClaim, claim, "a claim has the wrong JSON type")
    }
    var seconds: Int64 = 0
    var inFraction = false
    for index in range {
        let byte = json[index]
        if byte == UInt8(ascii: ".") {
            inFraction = true
        } else if !ASCII.isDigit(byte) {
            throw ProofRejection(.malformedClaim, claim, "a time with a sign or an exponent")
        } else if !inFraction {
            // Stays far below overflow: it is refused as soon as it passes twelve digits.
            seconds = seconds * 10 + Int64(byte - UInt8(ascii: "0"))
            guard seconds <= UnixTime.latestClaim else {
                throw ProofRejection(.malformedClaim, claim, "a time after the year 9999")
            }
        }
    }
    return seconds
}
