import Foundation

@testable import DPoPCore

/// One vector of Tests/ProofVectors/proof-vectors.json. Its "about" explains the members.
struct ProofVector: Decodable, Sendable {
    let id: String
    let title: String
    let attacks: [Int]
    let proof: String
    let method: String
    let url: String
    let accessToken: String?
    let jkt: String?
    let nonce: String?
    let now: Decimal
    let policy: Policy?
    let after: [String]?
    let store: Store?
    let expect: Expectation
    let twin: String?

    struct Policy: Decodable, Sendable {
        let preset: String?
        let algorithms: [String]?
        let maximumAge: Int64?
        let maximumFuture: Int64?
        let clockSkew: Int64?
    }

    struct Store: Decodable, Sendable {
        let capacity: Int?
        let keyShare: Int?
        let unavailable: Bool?
        let remembersSince: Decimal?
    }

    struct Expectation: Decodable, Sendable {
        let verdict: String
        let jkt: String?
        let code: String?
        let claim: String?
        let error: String?
        let signatureVerified: Bool?
    }

    /// All vectors by name, and in the file's order.
    static let all: [ProofVector] = {
        struct File: Decodable { let vectors: [ProofVector] }
        do {
            let file = CheckKit.tests.appending(path: "ProofVectors/proof-vectors.json")
            return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).vectors
        } catch {
            fatalError("the proof vectors can not be read: \(error)")
        }
    }()

    static let named = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}

extension UnixTime {
    /// From a decimal number of seconds, exactly.
    init(_ decimal: Decimal) {
        let parts = "\(decimal)".split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        guard let seconds = Int64(parts[0]),
            let nanoseconds = Int32(fraction + String(repeating: "0", count: 9 - fraction.count))
        else { fatalError("not a time: \(decimal)") }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }
}

extension ProofVector {
    var time: UnixTime { UnixTime(now) }

    var request: RequestContext {
        let target = CheckKit.uri(url)
        guard let accessToken else { return .tokenRequest(method: method, targetURI: target) }
        return .resource(
            method: method, targetURI: target, accessToken: accessToken, boundTo: jkt.flatMap { Thumbprint($0) })
    }

    var verificationPolicy: VerificationPolicy {
        var result: VerificationPolicy
        switch policy?.preset {
        case nil: result = .default
        case "fapi2": result = .fapi2
        case "mcp": result = .mcp
        case let other?: fatalError("no such preset: \(other)")
        }
        if let names = policy?.algorithms { result.algorithms = names.compactMap { SigningAlgorithm(rawValue: $0) } }
        if let age = policy?.maximumAge { result.maximumAge = age }
        if let future = policy?.maximumFuture { result.maximumFuture = future }
        if let skew = policy?.clockSkew { result.clockSkew = skew }
        if let nonce { result.nonces = .required(ExpectedNonce(nonce, mintedAt: time)) }
        return result
    }

    /// A new store under this vector's conditions.
    func makeStore() -> any SynchronousReplayStore {
        if store?.unavailable == true { return CheckFixedStore(.unavailable) }
        return MemoryReplayCache(
            capacity: store?.capacity ?? 1_000_000, keyShare: store?.keyShare.map { .entries($0) } ?? .unlimited,
            memory: store?.remembersSince.map { .since(UnixTime($0)) } ?? .startsEmpty)
    }

    /// The vectors to judge before this one, with its store.
    var before: [ProofVector] { (after ?? []).compactMap { ProofVector.named[$0] } }
}
