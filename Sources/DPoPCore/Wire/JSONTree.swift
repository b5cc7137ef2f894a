// Whole JSON documents as values: for tokens, key sets and answers of servers. Proofs are read without a tree.

extension ClaimValue {
    /// Reads one JSON object by the rules of ``StrictJSON``.
    ///
    /// Also refused: member names that differ in bytes but are the same `String` (canonical equivalence), because one
    /// of them would be lost.
    package init(json: [UInt8], maximumDepth: Int = VerificationPolicy.maximumDepth) throws(ProofRejection) {
        var bytes = json
        var span = bytes.mutableSpan
        var reader = StrictJSON(0..<span.count, maximumDepth: maximumDepth)
        self = try ClaimValue.object(&reader, &span)
        try reader.finish(&span)
    }

    /// The value as JSON text, members in the order of their names' bytes: for a `cnf` claim or a metadata document.
    ///
    /// Throws `notANumber` for an infinity or NaN, `nestedTooDeeply` beyond 16 levels.
    public func json() throws(ProofBuildingError) -> [UInt8] {
        var json: [UInt8] = []
        try write(to: &json, depth: 1)
        return json
    }

    private static func object(
        _ reader: inout StrictJSON, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> ClaimValue {
        var members: [String: ClaimValue] = [:]
        var object = try reader.openObject(&json)
        while let range = try reader.nextMember(of: &object, &json) {
            // Copied before the value is read: unescaping moves only bytes that are read later.
            let name = String(decoding: json.copy(range), as: UTF8.self)
            guard members.updateValue(try value(&reader, &json), forKey: name) == nil else {
                throw ProofRejection(.malformedProof, nil, "a JSON member occurs twice")
            }
        }
        return .object(members)
    }

    private static func value(
        _ reader: inout StrictJSON, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> ClaimValue {
        reader.skipWhiteSpace(&json)
        switch reader.peek(&json) {
        case UInt8(ascii: "{"): return try object(&reader, &json)
        case UInt8(ascii: "["):
            var elements: [ClaimValue] = []
            try reader.openArray(&json)
            while try reader.nextElement(isFirst: elements.isEmpty, &json) {
                elements.append(try value(&reader, &json))
            }
            return .array(elements)
        case let first:
            switch try reader.readValue(&json) {
            case .string(let range): return .string(String(decoding: json.copy(range), as: UTF8.self))
            case .number(let range): return try number(json.copy(range))
            case .absent, .other: return first == UInt8(ascii: "n") ? .null : .bool(first == UInt8(ascii: "t"))
            }
        }
    }

    private static func number(_ digits: [UInt8]) throws(ProofRejection) -> ClaimValue {
        let text = String(decoding: digits, as: UTF8.self)
        if let whole = Int64(text) { return .integer(whole) }
        guard let number = Double(text), number.isFinite else {
            throw ProofRejection(.malformedProof, nil, "a JSON number out of range")
        }
        return .double(number)
    }
}

extension ClaimValue {
    /// The value of an object's member; nil if there is none, or this is no object.
    package subscript(_ name: String) -> ClaimValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The text of a string.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
