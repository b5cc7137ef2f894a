#if Hummingbird
    import DPoPCore
    import HTTPTypes

    /// The parameters of a request, from its body or its query (`application/x-www-form-urlencoded`).
    ///
    /// Refused: a parameter that occurs twice (RFC 6749 §3.1, §3.2), an escape that is none, what is not UTF-8, and an
    /// empty piece between two "&". Parameters that nobody asks for are ignored.
    struct Form: Sendable {
        private let parameters: [String: String]

        /// From a request's body, which must say that it is a form.
        init(_ request: HTTPRequest, _ body: [UInt8]) throws(Answer) {
            guard Form.isForm(request) else {
                throw .error(.invalidRequest, "the body is not application/x-www-form-urlencoded")
            }
            try self.init(body[...])
        }

        /// From a request's query; empty without one.
        init(queryOf request: HTTPRequest) throws(Answer) {
            let path = Array((request.path ?? "").utf8)
            try self.init(path.drop { $0 != UInt8(ascii: "?") }.dropFirst())
        }

        init(_ text: ArraySlice<UInt8>) throws(Answer) {
            var parameters: [String: String] = [:]
            if !text.isEmpty {
                for piece in text.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
                    let parts = piece.split(
                        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                    guard let name = parts.first.flatMap(FormEncoding.decode), !name.isEmpty,
                        let value = parts.count == 2 ? FormEncoding.decode(parts[1]) : ""
                    else { throw .error(.invalidRequest, "a malformed parameter") }
                    guard parameters.updateValue(value, forKey: name) == nil else {
                        throw .error(.invalidRequest, "a repeated parameter")
                    }
                }
            }
            self.parameters = parameters
        }

        /// A parameter's value; nil if it is absent or empty, which is the same (RFC 6749 §3.1).
        ///
        /// Throws for one that is not printable ASCII, which every parameter that is read here must be (RFC 6749,
        /// appendix A).
        func value(_ name: String) throws(Answer) -> String? {
            guard let value = parameters[name], !value.isEmpty else { return nil }
            guard isPrintableASCII(value) else {
                throw .error(.invalidRequest, "a parameter that is not printable ASCII")
            }
            return value
        }

        /// The same, where it must be there.
        ///
        /// - Parameter name: one that is known here, for it is repeated to the client.
        func required(_ name: String) throws(Answer) -> String {
            guard let value = try value(name) else { throw .error(.invalidRequest, "\(name) is missing") }
            return value
        }

        /// Whether a parameter is there, empty or not.
        func has(_ name: String) -> Bool { parameters[name] != nil }

        /// Whether a request's body says that it is a form.
        static func isForm(_ request: HTTPRequest) -> Bool {
            let values = request.headerFields[values: .contentType]
            guard values.count == 1, let value = values.first else { return false }
            let type = value.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            return type.map(ASCII.lowercased).elementsEqual("application/x-www-form-urlencoded".utf8)
        }
    }

    /// Whether the text is of VSCHAR only (RFC 6749, appendix A). Two such texts are the same only if their bytes are.
    func isPrintableASCII(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
#endif
