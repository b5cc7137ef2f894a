#if Hummingbird
    import DPoPCore
    import HTTPTypes

    #if canImport(FoundationEssentials)
        import FoundationEssentials
    #else
        import Foundation
    #endif

    /// A client that the server knows.
    struct Client: Sendable {
        let id: String

        /// SHA-256 of its secret; nil for a public client, which has none.
        fileprivate let secretHash: [UInt8]?

        /// Whether it can not keep a secret, so that its refresh tokens are bound to its key (RFC 9449 §5).
        var isPublic: Bool { secretHash == nil }
    }

    /// The clients that the server knows, and how they show who they are (RFC 6749 §2.3): a secret by HTTP Basic or in
    /// the form for a confidential one, `client_id` alone for a public one.
    struct Clients: Sendable {
        private var known: [String: Client] = [:]

        var isEmpty: Bool { known.isEmpty }

        /// Adds a client.
        ///
        /// - Parameters:
        ///   - id: printable ASCII.
        ///   - secret: printable ASCII; nil for a public client.
        ///   - option: how messages name where it comes from.
        ///
        /// Throws a ``Failure`` for what is not so, and for a name that is taken.
        mutating func add(_ id: String, secret: String?, option: String) throws {
            guard !id.isEmpty, isPrintableASCII(id) else {
                throw Failure("\(option): expected an ID of printable ASCII")
            }
            if let secret, !isPrintableASCII(secret) {
                throw Failure("\(option): expected a file that holds a secret of printable ASCII")
            }
            guard known[id] == nil else { throw Failure("\(option): the ID was given already; expected another") }
            known[id] = Client(id: id, secretHash: secret.map { Thumbprint(sha256Of: Array($0.utf8)).bytes })
        }

        /// The client of that name, which shows nothing of who sent it.
        func named(_ id: String) -> Client? { known[id] }

        /// Throws `invalid_client` for one that is not known or not authenticated, with 401 and a challenge (RFC 6749
        /// §5.2, RFC 9110 §15.5.2), and `invalid_request` for credentials in two places.
        func authenticate(_ request: HTTPRequest, _ form: Form) throws(Answer) -> Client {
            let (id, secret) = try credentials(request, form)
            let client = known[id]
            guard let expected = client?.secretHash else {
                guard let client, secret == nil else { throw Clients.refused }
                return client
            }
            guard let secret else { throw Clients.refused }
            // Of hashes, so that the time says nothing about the secret's length either.
            let given = Thumbprint(sha256Of: Array(secret.utf8)).bytes
            guard let client, ConstantTime.areEqual(given.span, expected.span) else { throw Clients.refused }
            return client
        }

        private func credentials(_ request: HTTPRequest, _ form: Form) throws(Answer) -> (id: String, secret: String?) {
            let formID = try form.value("client_id")
            let formSecret = try form.value("client_secret")
            let fields = request.headerFields[values: .authorization]
            guard fields.count <= 1 else { throw .error(.invalidRequest, "more than one Authorization field") }
            guard let field = fields.first else {
                guard let formID else { throw Clients.refused }
                return (formID, formSecret)
            }
            guard let basic = Clients.basic(field) else { throw Clients.refused }
            guard formSecret == nil, formID == nil || formID == basic.id else {
                throw .error(.invalidRequest, "client credentials in two places")
            }
            return basic
        }

        /// HTTP Basic (RFC 7617 §2), both halves form-encoded (RFC 6749 §2.3.1); nil for anything else.
        private static func basic(_ field: String) -> (id: String, secret: String)? {
            let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.map(ASCII.lowercased).elementsEqual("basic".utf8) else { return nil }
            let text = String(parts[1])
            // Compared with how it is written, because the decoder lets unused bits pass.
            guard let data = Data(base64Encoded: text), data.base64EncodedString().utf8.elementsEqual(text.utf8) else {
                return nil
            }
            let halves = [UInt8](data).split(
                separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let id = FormEncoding.decode(halves[0]),
                let secret = FormEncoding.decode(halves[1]),
                isPrintableASCII(id), isPrintableASCII(secret)
            else { return nil }
            return (id, secret)
        }

        /// The client is not known or has not shown who it is.
        static var refused: Answer {
            .error(
                .invalidClient, "the client is not known or not authenticated", status: .unauthorized,
                fields: [.wwwAuthenticate: "Basic realm=\"dpop serve\""])
        }
    }
#endif
