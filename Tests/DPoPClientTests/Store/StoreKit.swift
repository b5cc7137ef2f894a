import DPoPCore
import Foundation
import Testing

@testable import DPoPClient

/// A folder of a test's, removed with this.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/dpop-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A session's file in it.
    var file: String { path + "/session" }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }

    func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file))) }

    /// A file that a store may read.
    func put(_ bytes: some Sequence<UInt8>, as file: String, mode: Int = 0o600) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try setMode(mode, of: file)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: file) }

    func setMode(_ mode: Int, of file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func mode(of file: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int) ?? -1
    }
}

extension SessionRecord {
    /// A key with a bound token.
    static func bound(
        _ key: SigningKey, access: String = "access-1", expires: Int64? = 2_000_000_000, refresh: String? = "refresh-1",
        scope: [String]? = nil
    ) throws -> SessionRecord {
        try SessionRecord(
            current: Entry(key: .held(key), tokens: tokens(key.publicJWK.thumbprint, access, expires, refresh, scope)),
            others: [])
    }

    static func tokens(
        _ jkt: Thumbprint, _ access: String, _ expires: Int64?, _ refresh: String?, _ scope: [String]? = nil
    ) -> Tokens {
        Tokens(
            credential: .bound(
                BoundToken(accessToken: access, jkt: jkt, expiresAt: expires.map { UnixTime(seconds: $0) })),
            refreshToken: refresh.map { RefreshToken(text: $0, jkt: jkt) }, scope: scope,
            obtainedAt: UnixTime(seconds: min(1_700_000_000, expires ?? .max)))
    }

    var access: String? { current.tokens?.credential.text }
}

/// What two records have in common where they are the same one.
func isSame(_ a: SessionRecord?, _ b: SessionRecord?) -> Bool {
    guard let a, let b, a.others.count == b.others.count, a.identity == b.identity else { return a == nil && b == nil }
    return zip([a.current] + a.others, [b.current] + b.others).allSatisfy { a, b in
        guard a.jkt == b.jkt, a.tokens == b.tokens else { return false }
        return switch (a.key, b.key) {
        case (.held(let a), .held(let b)): a.algorithm == b.algorithm
        case (.elsewhere, .elsewhere): true
        default: false
        }
    }
}

/// Expects an error of that code.
func refuses(
    _ code: DPoPClientError.Code, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("no error: \(what)", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? DPoPClientError)?.code == code, "\(what): \(error)", sourceLocation: sourceLocation)
    }
}
