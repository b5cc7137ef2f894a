#if Hummingbird
    import DPoPCore
    import HTTPTypes
    import Hummingbird

    extension Request {
        /// The body, if that is a form, and it stays readable; nil for another body, which is not touched.
        ///
        /// Throws 413 for a form of more bytes.
        mutating func collectForm(upTo maximumSize: Int) async throws -> [UInt8]? {
            guard isForm else { return nil }
            if let length = headers[.contentLength].flatMap({ Int($0) }), length > maximumSize {
                throw HTTPError(.contentTooLarge)
            }
            // Hummingbird answers what this throws of too long a body with 413 too.
            return Array(try await collectBody(upTo: maximumSize).readableBytesView)
        }

        /// Whether any Content-Type, of several or joined ones too, is that of a form (RFC 6750 §2.2), in any case and
        /// with any parameters.
        private var isForm: Bool {
            headers[values: .contentType].contains { value in
                value.utf8.split(separator: UInt8(ascii: ",")).contains { part in
                    let type = part.prefix { $0 != UInt8(ascii: ";") }
                        .filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
                    return type.elementsEqual("application/x-www-form-urlencoded".utf8) { ASCII.lowercased($0) == $1 }
                }
            }
        }
    }
#endif
