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
    package static func append(_ text: String, to form: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if ASCII.isUnreserved(byte) {
                form.append(byte)
            } else {
                form += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
    }
}
