import DPoPCore
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server of `Tests/PeerServer` with a memory of its own for a test, ended with it: in Python, over joserfc, sharing no code with
/// this package.
public final class PeerServer: Sendable {
    /// Whether it can run here.
    public static var isAvailable: Bool { PeerProgram.python != nil }

    /// Scheme, host and port.
    public let origin: String

    /// The client that it knows: client_secret_basic. A public client is called `public`.
    public static let client = (id: "agent", secret: "s3cret")

    /// Starts one and waits for its word.
    ///
    /// - Parameter arguments: `--clock-offset SECONDS`, `--future SECONDS`, `--keep NONCES`.
    public init(_ arguments: [String] = []) throws {
        let request = try JSONEncoder().encode(arguments)
        let reply = PeerServer.program.withLock { program -> Data? in
            if program == nil { program = PeerProgram() }
            return program?.ask(request)
        }
        guard let reply, let origin = try JSONDecoder().decode([String: String].self, from: reply)["listening"] else {
            throw NotStarted()
        }
        self.origin = origin
    }

    deinit {
        let request = Data("\"\(origin)\"".utf8)
        PeerServer.program.withLock { $0?.tell(request) }
    }

    /// It said nothing.
    public struct NotStarted: Error {}

    // One for all of a run's servers: it takes Python a second to read its packages.
    private static let program = Locked<PeerProgram?>(nil)

    /// A request that it was sent.
    public struct Entry: Sendable, Decodable {
        public let method: String
        /// With the query, as it came.
        public let path: String
        public let host: String
        /// The schemes of its Authorization fields.
        public let authorization: [String]
        /// How many DPoP fields it had.
        public let dpop: Int
        public let claims: Claims?
        /// The names of all its fields in lower case.
        public let fields: [String]
        /// The length of its body; nil while that is on its way.
        public let bytes: Int?
        /// What it was answered; nil while it was not.
        public let status: Int?
        /// How much of a long body was written.
        public let written: Int?
        /// Why its proof was refused.
        public let why: String?
    }

    /// What a proof says.
    public struct Claims: Sendable, Decodable {
        public let htm: String
        public let htu: String
        public let jti: String
        public let iat: Int64
        public let nonce: String?
        public let ath: String?
    }

    /// The requests that it was sent until now, in their order.
    public func journal() async throws -> [Entry] {
        guard let url = URL(string: origin + "/journal") else { throw NotStarted() }
        let (lines, _) = try await URLSession.shared.data(from: url)
        return try lines.split(separator: UInt8(ascii: "\n")).map { line in
            try JSONDecoder().decode(Entry.self, from: Data(line))
        }
    }
}
