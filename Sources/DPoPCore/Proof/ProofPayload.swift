/// The claims of a proof to be built (RFC 9449 §4.2).
struct ProofPayload {
    let method: String
    let targetURI: TargetURI
    let accessToken: String?
    let nonce: String?
    let jti: String?
    let issuedAt: UnixTime?
    let extraClaims: [String: ClaimValue]

    /// The payload as JSON.
    func json() throws(ProofBuildingError) -> [UInt8] {
        guard isToken(method) else { throw .invalidMethod }
        let issued = (issuedAt ?? .now()).seconds
        guard (0...UnixTime.latestClaim).contains(issued) else { throw .invalidTime }
        var json: [UInt8] = []
        json.reserveCapacity(192 + targetURI.spelling.utf8.count + (nonce?.utf8.count ?? 0))
        json.append("{\"jti\":\"")
        try appendIdentifier(to: &json)
        json.append("\",\"htm\":\"")
        json.append(contentsOf: method.utf8)
        json.append("\",\"htu\":")
        JSONWriter.append(targetURI.spelling, to: &json)
        json.append(",\"iat\":")
        JSONWriter.append(issued, to: &json)
        if let accessToken {
            json.append(",\"ath\":\"")
            json.append(base64URLOf: AccessTokenHash(of: accessToken).digest.inlineBytes.span)
            json.append(UInt8(ascii: "\""))
        }
        if let nonce {
            json.append(",\"nonce\":")
            JSONWriter.append(nonce, to: &json)
        }
        if !extraClaims.isEmpty { try appendExtraClaims(to: &json) }
        json.append(UInt8(ascii: "}"))
        return json
    }

    private func appendIdentifier(to json: inout [UInt8]) throws(ProofBuildingError) {
        if let jti {
            guard VerificationPolicy.jtiBytes.contains(jti.utf8.count),
                jti.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw .invalidIdentifier }
            var text: [UInt8] = []
            JSONWriter.append(jti, to: &text)
            json.append(contentsOf: text.dropFirst().dropLast())
            return
        }
        // 128 bits: RFC 9449 §4.2 asks for 96, a UUID has 122.
        var random: InlineArray<16, UInt8> = .init(repeating: 0)
        var bytes = random.mutableSpan
        guard RandomBytes.fillFromStore(&bytes) else { throw .signingFailed }
        json.append(base64URLOf: random.span)
    }

    private func appendExtraClaims(to json: inout [UInt8]) throws(ProofBuildingError) {
        for (name, value) in extraClaims.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            switch name {
            case "jti", "htm", "htu", "iat", "ath", "nonce": throw .reservedClaim
            case "exp", "nbf":
                // A verifier honours these two, so anything but a time would only get the proof refused.
                guard case .integer(let time) = value, (0...UnixTime.latestClaim).contains(time) else {
                    throw .reservedClaim
                }
            default: break
            }
            json.append(UInt8(ascii: ","))
            JSONWriter.append(name, to: &json)
            json.append(UInt8(ascii: ":"))
            try value.write(to: &json, depth: 1)
        }
    }

    /// RFC 9110 §5.6.2.
    private func isToken(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices {
            let byte = bytes[index]
            guard ASCII.isLetter(byte) || ASCII.isDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte) else {
                return false
            }
        }
        return !bytes.isEmpty
    }
}
