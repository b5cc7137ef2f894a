/// Text as `application/x-www-form-urlencoded`, with everything escaped but unreserved characters, so that "+", "/" and
/// "=" of a token arrive as they are.
package enum FormEncoding {
    /// The fields in their order, for a body or a query.
    package static func encode(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var form: [UInt8] = []
        for (name, value) in fields {
            if !form.isEmpty { form.append(UInt8(ascii: "&")) }
            append(name, to: &form)
            form.append(UInt8(ascii: "="))
            append(value, to: &form)
        }
        return form
    }

    /// One name or value.
    package static func encode(_ text: String) -> String {
        var form: [UInt8] = []
        append(text, to: &form)
        return String(decoding: form, as: UTF8.self)
    }

    private static func append(_ text: String, to form: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if ASCII.isUnreserved(byte) {
                form.append(byte)
            } else {
                form += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
    }

    /// One name or value read back, "+" as a space; nil for an escape that is none, and where what comes out is not
    /// UTF-8.
    package static func decode<Bytes: Collection<UInt8>>(_ text: Bytes) -> String?
    where Bytes.SubSequence == Bytes {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(ASCII.hexValue),
                    let low = rest.popFirst().flatMap(ASCII.hexValue)
                else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
