/// Reads one JSON object (RFC 8259) member by member, without building a tree.
///
/// Stricter than the RFC asks: no duplicate member at any level (names compared as decoded bytes), no lone surrogate,
/// nesting bounded, nothing after the object but white space. Everything is validated, also inside members that the
/// caller skips. Strings are unescaped in place, which never makes them longer, so each value is a range of the
/// buffer and reading allocates only a list of names.
///
/// The buffer is passed to each call because a span can not be stored.
package struct StrictJSON {
    /// Whether the bytes are one JSON object by these rules.
    package static func isObject(_ bytes: [UInt8]) -> Bool {
        var bytes = bytes
        var json = bytes.mutableSpan
        var reader = StrictJSON(0..<json.count, maximumDepth: VerificationPolicy.maximumDepth)
        do throws(ProofRejection) {
            var object = try reader.openObject(&json)
            while try reader.nextMember(of: &object, &json) != nil { _ = try reader.readValue(&json) }
            try reader.finish(&json)
            return true
        } catch {
            return false
        }
    }

    private(set) var position: Int
    let end: Int
    private let maximumDepth: Int
    private var depth = 0

    /// The member names of all open objects, innermost last.
    private var names: [Range<Int>] = []

    init(_ range: Range<Int>, maximumDepth: Int) {
        position = range.lowerBound
        end = range.upperBound
        self.maximumDepth = maximumDepth
        names.reserveCapacity(16)
    }

    /// An object that has been entered and not yet left.
    struct OpenObject {
        fileprivate let firstName: Int
        fileprivate var isEmpty = true
    }

    /// Enters the object that starts here.
    mutating func openObject(_ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> OpenObject {
        try expect(UInt8(ascii: "{"), &json)
        try enter()
        return OpenObject(firstName: names.count)
    }

    /// The next member's name, with the reader before its value; nil once the object has been left.
    mutating func nextMember(
        of object: inout OpenObject, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> Range<Int>? {
        skipWhiteSpace(&json)
        if peek(&json) == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            if names.count - object.firstName > pairwiseLimit {
                try refuseDuplicates(names[object.firstName...], &json)
            }
            names.removeSubrange(object.firstName...)
            return nil
        }
        if !object.isEmpty {
            try expect(UInt8(ascii: ","), &json)
        }
        object.isEmpty = false
        let name = try readString(&json)
        try expect(UInt8(ascii: ":"), &json)
        skipWhiteSpace(&json)
        if names.count - object.firstName < pairwiseLimit {
            for earlier in names[object.firstName...] where json.equal(earlier, name) {
                throw ProofRejection(.malformedProof, nil, "a JSON member occurs twice")
            }
        }
        names.append(name)
        return name
    }

    /// Enters the array that starts here.
    mutating func openArray(_ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
        try expect(UInt8(ascii: "["), &json)
        try enter()
    }

    /// Whether another element follows, with the reader before it; false once the array has been left.
    mutating func nextElement(isFirst: Bool, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> Bool {
        skipWhiteSpace(&json)
        if peek(&json) == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return false
        }
        if !isFirst {
            try expect(UInt8(ascii: ","), &json)
            skipWhiteSpace(&json)
        }
        return true
    }

    /// Reads and validates any value, and says what it was.
    mutating func readValue(_ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> JSONValue {
        skipWhiteSpace(&json)
        switch peek(&json) {
        case UInt8(ascii: "\""): return .string(try readString(&json))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try readNumber(&json))
        case UInt8(ascii: "{"):
            var object = try openObject(&json)
            while try nextMember(of: &object, &json) != nil { _ = try readValue(&json) }
        case UInt8(ascii: "["):
            try openArray(&json)
            var isFirst = true
            while try nextElement(isFirst: isFirst, &json) {
                isFirst = false
                _ = try readValue(&json)
            }
        case UInt8(ascii: "t"): try readLiteral("true", &json)
        case UInt8(ascii: "f"): try readLiteral("false", &json)
        case UInt8(ascii: "n"): try readLiteral("null", &json)
        default: throw ProofRejection(.malformedProof, nil, "not a JSON value")
        }
        return .other
    }

    /// Refuses anything but white space up to the end.
    mutating func finish(_ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
        skipWhiteSpace(&json)
        guard position == end else { throw ProofRejection(.malformedProof, nil, "bytes after the JSON object") }
    }

    // MARK: Steps

    /// The byte here, or 0, which no JSON token starts with.
    @inline(__always)
    func peek(_ json: inout MutableSpan<UInt8>) -> UInt8 { position < end ? json[position] : 0 }

    mutating func advance(to position: Int) { self.position = position }

    mutating func skipWhiteSpace(_ json: inout MutableSpan<UInt8>) {
        while position < end {
            switch json[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func expect(_ byte: UInt8, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
        skipWhiteSpace(&json)
        guard peek(&json) == byte else { throw ProofRejection(.malformedProof, nil, "not well-formed JSON") }
        position += 1
    }

    private mutating func enter() throws(ProofRejection) {
        depth += 1
        guard depth <= maximumDepth else { throw ProofRejection(.malformedProof, nil, "JSON nested too deeply") }
    }

    /// How many names of one object are compared pair by pair; more are sorted, so that time stays near linear.
    private var pairwiseLimit: Int { 16 }

    private func refuseDuplicates(
        _ names: ArraySlice<Range<Int>>, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) {
        var copies: [[UInt8]] = []
        copies.reserveCapacity(names.count)
        for name in names { copies.append(json.copy(name)) }
        copies.sort { $0.lexicographicallyPrecedes($1) }
        for index in copies.indices.dropFirst() where copies[index] == copies[index - 1] {
            throw ProofRejection(.malformedProof, nil, "a JSON member occurs twice")
        }
    }
}

/// What a member's value was, as far as the reading of proofs cares.
enum JSONValue: Sendable {
    case absent
    /// The unescaped bytes.
    case string(Range<Int>)
    /// The number as it was written.
    case number(Range<Int>)
    /// Null, true, false, an array or an object.
    case other
}
