@testable import DPoPCore

/// A JSON value read through StrictJSON member by member: the tree that the library itself never builds.
indirect enum WireJSON: Equatable, Sendable {
    /// The unescaped bytes.
    case string([UInt8])
    /// As it was written.
    case number(String)
    /// `true`, `false` or `null`.
    case literal(String)
    case array([WireJSON])
    case object([Member])

    struct Member: Equatable, Sendable {
        let name: [UInt8]
        let value: WireJSON
    }

    /// Reads the bytes as the one object that StrictJSON reads.
    init(
        parsing bytes: [UInt8], maximumDepth: Int = VerificationPolicy.maximumDepth
    ) throws(ProofRejection) {
        var bytes = bytes
        var json = bytes.mutableSpan
        var reader = StrictJSON(0..<json.count, maximumDepth: maximumDepth)
        self = try WireJSON.object(&reader, &json)
        try reader.finish(&json)
    }

    init(parsing text: String) throws(ProofRejection) { try self.init(parsing: [UInt8](text.utf8)) }

    /// The value of an object's member.
    subscript(_ name: String) -> WireJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == [UInt8](name.utf8) }?.value
    }

    var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func object(
        _ reader: inout StrictJSON, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> WireJSON {
        var members: [Member] = []
        var object = try reader.openObject(&json)
        while let name = try reader.nextMember(of: &object, &json) {
            // Copied before the value is read: unescaping moves only bytes that are read later.
            let name = json.copy(name)
            members.append(Member(name: name, value: try value(&reader, &json)))
        }
        return .object(members)
    }

    private static func value(
        _ reader: inout StrictJSON, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> WireJSON {
        reader.skipWhiteSpace(&json)
        let first = reader.peek(&json)
        if first == UInt8(ascii: "{") { return try object(&reader, &json) }
        if first == UInt8(ascii: "[") {
            var elements: [WireJSON] = []
            try reader.openArray(&json)
            while try reader.nextElement(isFirst: elements.isEmpty, &json) {
                elements.append(try value(&reader, &json))
            }
            return .array(elements)
        }
        switch try reader.readValue(&json) {
        case .string(let range): return .string(json.copy(range))
        case .number(let range): return .number(String(decoding: json.copy(range), as: UTF8.self))
        case .other, .absent:
            return .literal(first == UInt8(ascii: "t") ? "true" : first == UInt8(ascii: "f") ? "false" : "null")
        }
    }
}

/// Whether StrictJSON reads the bytes as one object.
func wireAccepts(_ bytes: [UInt8]) -> Bool {
    let tree = try? WireJSON(parsing: bytes)
    var copy = bytes
    var json = copy.mutableSpan
    var reader = StrictJSON(0..<json.count, maximumDepth: VerificationPolicy.maximumDepth)
    // The two ways through the reader, member by member and skipping, must agree.
    let skipped: Bool
    do throws(ProofRejection) {
        var object = try reader.openObject(&json)
        while try reader.nextMember(of: &object, &json) != nil { _ = try reader.readValue(&json) }
        try reader.finish(&json)
        skipped = true
    } catch {
        skipped = false
    }
    precondition(skipped == (tree != nil), "two ways of reading one text disagree")
    return skipped
}

func wireAccepts(_ text: String) -> Bool { wireAccepts([UInt8](text.utf8)) }
