import DPoPCore
import HTTPTypes

@testable import DPoPServer

/// What the tests of targets and proxies share: requests with anything in them, and where they are found to be sent.
enum TargetKit {
    static let proxy = "10.1.0.7"
    static let stranger = "192.0.2.66"

    /// A request as a server's HTTP layer hands it on.
    ///
    /// - Parameter fields: names and values, a line each.
    static func request(
        _ path: String? = "/orders", host: String? = "api.example.com", method: HTTPRequest.Method = .get,
        fields: [(String, String)] = []
    ) -> HTTPRequest {
        var request = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
        for (name, value) in fields {
            guard let name = HTTPField.Name(name) else { fatalError("no field name: \(name)") }
            request.headerFields.append(HTTPField(name: name, value: value))
        }
        return request
    }

    /// Where a request was sent, or the code and status of its refusal.
    static func outcome(
        _ request: HTTPRequest, _ origins: ExternalOrigins, _ proxies: TrustedProxies? = nil,
        _ connection: ClientConnection = ClientConnection(peerAddress: proxy)
    ) -> String {
        do {
            return try target(request, origins, proxies, connection).normalized
        } catch {
            return "\(error.status.code) \(error.code.rawValue)"
        }
    }

    static func target(
        _ request: HTTPRequest, _ origins: ExternalOrigins, _ proxies: TrustedProxies? = nil,
        _ connection: ClientConnection = ClientConnection(peerAddress: proxy)
    ) throws(Refusal) -> TargetURI {
        let hop = try proxies?.hop(of: request, connection)
        return try origins.target(of: request, connection, hop)
    }
}

/// Repeatable random choices (xorshift64*), so that a failure can be found again by its seed.
struct TargetRandom: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter seed: not 0.
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// Up to `count` of the pieces in a row, or bytes of any value.
    mutating func text(_ pieces: [String], upTo count: Int) -> String {
        if below(8) == 0 {
            return String(
                decoding: (0..<below(count)).map { _ in UInt8.random(in: 0...255, using: &self) }, as: UTF8.self)
        }
        return (0..<below(count)).map { _ in pieces[below(pieces.count)] }.joined()
    }
}
