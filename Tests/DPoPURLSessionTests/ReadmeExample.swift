// The README's code, as it stands there.

// README: Call a protected API
import DPoPClient
import DPoPCore
import DPoPURLSession
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking  // URLSession, on Linux
#endif

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

func signIn(
    _ client: TokenClient, id: String, callback: String, keptIn path: String,
    openBrowser: (String) async throws -> String
) async throws -> TokenSource {
    // README: with consent
    let tokens = TokenSource(client: client, grant: .authorizationCode, store: FileSessionStore(path: path))
    let request = try AuthorizationRequest(
        clientID: id, redirectURI: callback, scope: ["orders"], jkt: try await tokens.jkt())
    let answer = try await openBrowser(try request.url(at: client.server))  // yours: the URI that it was sent back to
    try await tokens.accept(client.redeem(answer, of: request, proving: tokens.tokenRequests()))
    // README: end
    return tokens
}
