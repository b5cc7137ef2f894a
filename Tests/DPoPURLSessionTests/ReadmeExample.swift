// The README's code, as it stands there.

// README: Call a protected API
import DPoPClient
import DPoPURLSession
import Foundation

func orders(at url: URL, issuer: String, id: String, secret: String, keptIn path: String) async throws -> Data {
    let transport = URLSessionTransport()
    let server = try await AuthorizationServer.discover(issuer, over: transport)
    let client = TokenClient(
        server: server, authentication: .clientSecretBasic(id: id, secret: secret), transport: transport)
    let tokens = TokenSource(client: client, store: FileSessionStore(path: path))  // the key and its tokens
    let (data, response) = try await DPoPURLSession(tokens).data(from: url)  // make both once and keep them
    return response.statusCode == 200 ? data : Data()
}
// README: end

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
