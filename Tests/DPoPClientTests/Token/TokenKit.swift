import DPoPCore
import Foundation
import HTTPTypes

@testable import DPoPClient

/// A session at a fixed time and an authorization server that takes everything.
struct TokenKit {
    static let now = UnixTime(seconds: 1_800_000_000)
    static let issuer = "https://as.example.com/tenant"

    let key: SigningKey
    let session: DPoPSession<SigningKey>
    let server: AuthorizationServer

    init(algorithms: [String]? = nil, namesItself: Bool = false, observer: (any SessionObserver)? = nil) throws {
        var settings = SessionSettings()
        settings.clock = { TokenKit.now }
        settings.observer = observer
        key = try SigningKey.generate(.es256)
        session = DPoPSession(signer: key, settings: settings)
        server = try AuthorizationServer(
            issuer: TokenKit.issuer, tokenEndpoint: "https://as.example.com/token?tenant=1",
            authorizationEndpoint: "https://as.example.com/authorize",
            pushedAuthorizationRequestEndpoint: "https://as.example.com/par",
            revocationEndpoint: "https://as.example.com/revoke", proofAlgorithms: algorithms,
            namesItselfInRedirects: namesItself)
    }

    func client(
        _ authentication: ClientAuthentication = .clientSecretBasic(id: "app", secret: "s"),
        over transport: any ClientTransport, binding: BindingPolicy = .required
    ) -> TokenClient {
        TokenClient(server: server, authentication: authentication, transport: transport, binding: binding)
    }

    /// Names and values of a form; each name once.
    static func form(_ body: [UInt8]) -> [String: String] {
        let pairs = String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.removingPercentEncoding ?? "" }
            return (parts[0], parts[1])
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// What any way to show a value shows of it.
    static func shown(_ value: some Any) -> String {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        return text
    }
}

/// Keeps the events of a session.
final class KeptEvents: SessionObserver {
    private let kept = Locked<[SessionEvent]>([])
    var events: [SessionEvent] { kept.withLock { $0 } }
    func record(_ event: SessionEvent) { kept.withLock { $0.append(event) } }
}

extension Answers {
    /// 200 with JSON.
    static func json(_ text: String, status: HTTPResponse.Status = .ok, _ fields: HTTPFields = [:])
        -> ScriptedServer.Answer
    {
        (HTTPResponse(status: status, headerFields: fields), Array(text.utf8))
    }

    /// A token answer; members come after the ones that every such answer has.
    static func token(_ members: String = "", type: String = "DPoP", _ fields: HTTPFields = [:])
        -> ScriptedServer.Answer
    {
        json(
            "{\"access_token\":\"at-1\",\"token_type\":\"\(type)\"\(members.isEmpty ? "" : ",")\(members)}",
            status: .ok, fields)
    }

    static func redirect(_ location: String) -> ScriptedServer.Answer {
        (HTTPResponse(status: .temporaryRedirect, headerFields: [.location: location]), [])
    }
}
