import DPoPCore

extension DecisionEvent {
    /// The event as one line of JSON: the members that are known, in the order of their names. Times are seconds since
    /// 1970, `replayLatency` is in microseconds.
    public var json: String {
        var members: [String: ClaimValue] = [
            "time": .double(Double(time.seconds) + Double(time.nanoseconds / 1_000_000) / 1_000),
            "decision": .string(decision.rawValue), "endpoint": .string(endpoint.rawValue), "method": .string(method),
            "unproven": .bool(isUnproven),
        ]
        func set(_ name: String, _ value: ClaimValue?) {
            if let value { members[name] = value }
        }
        set("code", code.map { .string($0.rawValue) })
        set("claim", claim.map { .string($0.rawValue) })
        set("reason", reason.map { .string($0) })
        set("scheme", scheme.map { .string($0.rawValue) })
        set("targetURI", targetURI.map { .string($0) })
        set("clientAddress", clientAddress.map { .string($0) })
        set("requestID", requestID.map { .string($0) })
        set("subject", subject.map { .string($0) })
        set("clientID", clientID.map { .string($0) })
        set("tokenExpiresAt", tokenExpiresAt.map { .integer($0.seconds) })
        set("confirmation", confirmation.map { .string($0.rawValue) })
        set("firstSeenAt", firstSeenAt.map { .integer($0.seconds) })
        set("replayLatency", replayLatency.map { .integer($0.microseconds) })
        set("proof", proof.map { $0.value })
        // Cannot fail: nothing here is nested deeply, and the one double is finite.
        guard let json = try? ClaimValue.object(members).json() else { return "{}" }
        return String(decoding: json, as: UTF8.self)
    }
}

extension ProofFacts {
    fileprivate var value: ClaimValue {
        var members: [String: ClaimValue] = [
            "jkt": .string(jkt.jkt), "jtiHash": .string(jtiHash),
            "iat": .integer(iat.seconds), "clockSkew": .integer(clockSkew),
            "signatureVerified": .bool(signatureVerified),
        ]
        if let htm { members["htm"] = .string(htm) }
        if let htu { members["htu"] = .string(htu) }
        if let ath { members["ath"] = .string(ath) }
        return .object(members)
    }
}

extension Duration {
    /// Rounded towards zero; a duration of a request is far from the ends of the range.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? .max : whole &+ attoseconds / 1_000_000_000_000
    }
}
