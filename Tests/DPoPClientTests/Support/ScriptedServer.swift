import DPoPCore
import HTTPTypes

@testable import DPoPClient

/// A server of a test: answers by a closure, and keeps the requests that it was sent.
final class ScriptedServer: ClientTransport {
    typealias Answer = (HTTPResponse, [UInt8])

    private let answer: @Sendable (_ request: HTTPRequest, _ index: Int) async throws -> Answer
    private let received = Locked<[(request: HTTPRequest, body: [UInt8])]>([])

    init(_ answer: @escaping @Sendable (_ request: HTTPRequest, _ index: Int) async throws -> Answer) {
        self.answer = answer
    }

    var requests: [HTTPRequest] { received.withLock { $0.map(\.request) } }

    /// The bodies, one for each request.
    var bodies: [[UInt8]] { received.withLock { $0.map(\.body) } }

    /// The claims of the proofs that it was sent.
    var claims: [ClaimValue] {
        get throws {
            try requests.map { request in
                let proof = request.headerFields[.proofField] ?? ""
                return try ClaimValue(json: Base64URL.decode(String(proof.split(separator: ".")[1])) ?? [])
            }
        }
    }

    func send(_ request: HTTPRequest, body: [UInt8], upTo limit: Int) async throws -> Answer {
        let index = received.withLock { received in
            received.append((request, body))
            return received.count - 1
        }
        return try await answer(request, index)
    }
}

/// What servers answer.
enum Answers {
    static func ok(_ fields: HTTPFields = [:]) -> ScriptedServer.Answer {
        (HTTPResponse(status: .ok, headerFields: fields), [])
    }

    /// 401 with a DPoP challenge (RFC 9449 §7.1).
    static func challenge(_ error: String, _ fields: HTTPFields = [:]) -> ScriptedServer.Answer {
        var fields = fields
        fields.append(HTTPField(name: .wwwAuthenticate, value: "DPoP algs=\"ES256\", error=\"\(error)\""))
        return (HTTPResponse(status: .unauthorized, headerFields: fields), [])
    }

    /// 400 with a body (RFC 6749 §5.2).
    static func refusal(_ error: String, _ fields: HTTPFields = [:]) -> ScriptedServer.Answer {
        (HTTPResponse(status: .badRequest, headerFields: fields), Array("{\"error\":\"\(error)\"}".utf8))
    }

    static func nonce(_ values: String...) -> HTTPFields {
        var fields = HTTPFields()
        for value in values { fields.append(HTTPField(name: .nonceField, value: value)) }
        return fields
    }
}
