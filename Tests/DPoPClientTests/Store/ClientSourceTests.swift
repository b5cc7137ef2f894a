import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// A source with tokens of an authorization server.
@Suite struct ClientSourceTests {
    @Test("a refresh asks for what was granted, which may be less than was asked for")
    func narrowedScope() async throws {
        let issuer = TestIssuer(granted: "orders:read")
        let resource = "https://api.example.com"
        let source = TokenSource(
            client: try issuer.client(), scope: ["orders:read", "orders:write"], resource: [resource],
            settings: issuer.settings)
        #expect(try await source.current().text == "access-1")
        issuer.advance(300)
        #expect(try await source.current().text == "access-2")
        #expect(issuer.forms.map { $0["grant_type"] } == ["client_credentials", "refresh_token"])
        #expect(issuer.forms.map { $0["scope"] } == ["orders:read orders:write", nil])
        #expect(issuer.forms.map { $0["resource"] } == [resource, resource])
    }
}
