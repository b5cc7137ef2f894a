import Foundation

@testable import DPoPCore

/// What the tests of the checking side share: one key, one request, one time.
enum CheckKit {
    static let now = UnixTime(seconds: 1_700_000_000)
    static let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    static let key = key(.es256)
    static let otherKey = key(.es256)
    static let target = uri("https://server.example.com/resource")

    /// A fresh key. Only libcrypto's failure could prevent it, and then no test means anything.
    static func key(_ algorithm: SigningAlgorithm) -> SigningKey {
        do {
            return try SigningKey.generate(algorithm, rsaBits: 2048)
        } catch {
            fatalError("no key: \(error)")
        }
    }

    static func uri(_ text: String) -> TargetURI {
        do {
            return try TargetURI(text)
        } catch {
            fatalError("a test's URI is not one: \(text)")
        }
    }

    /// A token request to `target`.
    static let tokenRequest = RequestContext.tokenRequest(method: "POST", targetURI: target)

    /// A resource request to `target` whose token is bound to `key`.
    static let resource = RequestContext.resource(
        method: "POST", targetURI: target, accessToken: token, boundTo: key.publicJWK.thumbprint)

    /// The same with a binding that is not known yet.
    static let unbound = RequestContext.resource(
        method: "POST", targetURI: target, accessToken: token, boundTo: nil)

    /// A verifier over a memory cache of its own that starts empty.
    static func verifier(
        _ policy: VerificationPolicy = .default, memory: ReplayMemory = .startsEmpty
    ) -> ProofVerifier<MemoryReplayCache> {
        ProofVerifier(policy: policy, replay: MemoryReplayCache(keyShare: .unlimited, memory: memory))
    }

    /// How much longer the long tests run; 1 unless DPOP_SCALE says more.
    static let scale = max(1, ProcessInfo.processInfo.environment["DPOP_SCALE"].flatMap { Int($0) } ?? 1)

    /// The repository's Tests folder.
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}

/// The rejection that `body` ends in, nil if it ends well.
func refusal<Value: ~Copyable>(
    _ body: () throws(ProofRejection) -> Value
) -> ProofRejection? {
    do throws(ProofRejection) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

/// The same of an asynchronous body.
func awaitedRefusal<Value: ~Copyable>(
    _ body: () async throws(ProofRejection) -> Value
) async -> ProofRejection? {
    do throws(ProofRejection) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

extension UnixTime {
    /// `CheckKit.now` moved by some seconds.
    static func at(_ offset: Int64, nanoseconds: Int32 = 0) -> UnixTime {
        UnixTime(seconds: CheckKit.now.seconds + offset, nanoseconds: nanoseconds)
    }
}

extension ProofVerifier where Store: SynchronousReplayStore {
    /// What `verify` refuses the proof for, nil if it accepts.
    func refused(
        _ proof: String, for request: RequestContext = CheckKit.resource, now: UnixTime = CheckKit.now
    ) -> ProofRejection? {
        refusal { () throws(ProofRejection) in try verify(proof, for: request, now: now) }
    }
}
