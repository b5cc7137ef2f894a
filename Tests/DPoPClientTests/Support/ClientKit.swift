import DPoPCore
import Foundation
import HTTPTypes

@testable import DPoPClient

/// A key, a session with it and a token that is bound to it.
struct ClientKit {
    let key: SigningKey
    let session: DPoPSession<SigningKey>
    let token: BoundToken

    /// How much longer the long tests run; 1 unless DPOP_SCALE says more.
    static let scale = max(1, ProcessInfo.processInfo.environment["DPOP_SCALE"].flatMap { Int($0) } ?? 1)

    init(_ settings: SessionSettings = SessionSettings()) throws {
        key = try SigningKey.generate(.es256)
        session = DPoPSession(signer: key, settings: settings)
        token = BoundToken(accessToken: "an-access-token", jkt: key.publicJWK.thumbprint, expiresAt: nil)
    }

    static func request(
        _ method: HTTPRequest.Method = .get, _ path: String = "/orders?page=2", authority: String = "api.example.com"
    ) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "https", authority: authority, path: path)
    }
}
