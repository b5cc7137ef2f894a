/// The members of a JSON Web Key (RFC 7517, RFC 7518 §6, RFC 8037 §2) that matter here, as they were written.
struct JWKMembers {
    private(set) var kty = JSONValue.absent
    private(set) var crv = JSONValue.absent
    private(set) var x = JSONValue.absent
    private(set) var y = JSONValue.absent
    private(set) var n = JSONValue.absent
    private(set) var e = JSONValue.absent
    private(set) var use = JSONValue.absent
    private(set) var alg = JSONValue.absent
    private(set) var operations = Operations.absent

    /// Whether any of d, p, q, dp, dq, qi, oth or k is there, whatever its value and whatever the kind of key.
    private(set) var hasPrivateMember = false

    /// What `key_ops` says (RFC 7517 §4.3). Exporters that only strip `d` leave `sign` behind, so that counts too.
    enum Operations {
        case absent, malformed, signatures, otherOnly
    }

    /// Reads the object that starts here.
    init(_ reader: inout StrictJSON, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
        var object = try reader.openObject(&json)
        while let name = try reader.nextMember(of: &object, &json) {
            if json.matches(name, "key_ops") {
                operations = try JWKMembers.readOperations(&reader, &json)
                continue
            }
            let value = try reader.readValue(&json)
            switch name.count {
            case 1: setShort(json[name.lowerBound], value)
            case 2:
                for secret: StaticString in ["dp", "dq", "qi"] where json.matches(name, secret) {
                    hasPrivateMember = true
                }
            case 3:
                if json.matches(name, "kty") {
                    kty = value
                } else if json.matches(name, "crv") {
                    crv = value
                } else if json.matches(name, "use") {
                    use = value
                } else if json.matches(name, "alg") {
                    alg = value
                } else if json.matches(name, "oth") {
                    hasPrivateMember = true
                }
            default: break
            }
        }
    }

    private mutating func setShort(_ name: UInt8, _ value: JSONValue) {
        switch name {
        case UInt8(ascii: "x"): x = value
        case UInt8(ascii: "y"): y = value
        case UInt8(ascii: "n"): n = value
        case UInt8(ascii: "e"): e = value
        case UInt8(ascii: "d"), UInt8(ascii: "p"), UInt8(ascii: "q"), UInt8(ascii: "k"): hasPrivateMember = true
        default: break
        }
    }

    private static func readOperations(
        _ reader: inout StrictJSON, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> Operations {
        guard reader.peek(&json) == UInt8(ascii: "[") else {
            _ = try reader.readValue(&json)
            return .malformed
        }
        try reader.openArray(&json)
        var operations = Operations.otherOnly
        var isFirst = true
        while try reader.nextElement(isFirst: isFirst, &json) {
            isFirst = false
            guard case .string(let operation) = try reader.readValue(&json) else {
                operations = .malformed
                continue
            }
            if operations == .otherOnly, json.matches(operation, "verify") || json.matches(operation, "sign") {
                operations = .signatures
            }
        }
        return operations
    }
}
