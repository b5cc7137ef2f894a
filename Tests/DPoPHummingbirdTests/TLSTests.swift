#if Hummingbird
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTLS
    import HummingbirdTesting
    import NIOCore
    import NIOSSL
    import Testing

    @Suite struct TLSTests {
        private let server: MadeCertificate
        private let client: MadeCertificate

        init() throws {
            server = try MadeCertificate()
            client = try MadeCertificate()
        }

        /// What `GET /me` answers over TLS.
        private func answer(_ kit: HummingbirdKit, _ fields: HTTPFields, with own: MadeCertificate? = nil) async throws
            -> HTTPResponse.Status
        {
            var serving = TLSConfiguration.makeServerConfiguration(
                certificateChain: [.certificate(server.certificate)], privateKey: .privateKey(server.key))
            if own != nil {
                serving.certificateVerification = .noHostnameVerification
                serving.trustRoots = .certificates([client.certificate])
            }
            var asking = TLSConfiguration.makeClientConfiguration()
            asking.trustRoots = .certificates([server.certificate])
            if let own {
                asking.certificateChain = [.certificate(own.certificate)]
                asking.privateKey = .privateKey(own.key)
            }
            let application = kit.application(
                server: try .tls(.http1(), tlsConfiguration: serving),
                certificate: { _, context in
                    let certificate = try await context.channel.nioSSL_peerCertificate().get()
                    return try certificate.map { CertificateThumbprint(ofCertificate: try $0.toDERBytes()) }
                })
            return try await application.test(.live) { [asking] live in
                try await TestClient.withClient(
                    host: "localhost", port: try #require(live.port),
                    configuration: .init(tlsConfiguration: asking, serverName: "localhost")
                ) { client in
                    try await client.execute(
                        TestClient.Request("/me", method: .get, authority: "localhost", headers: fields)
                    ).status
                }
            }
        }

        @Test("a proof for the https origin is granted under TLS, and one for http is not")
        func origin() async throws {
            let kit = try HummingbirdKit()
            #expect(try await answer(kit, kit.fields()) == .ok)
            var fields = try kit.fields()
            fields[.dpop] = try ProofBuilder(signer: kit.key).proof(
                method: "GET", targetURI: TargetURI("http://localhost/me"), accessToken: HummingbirdKit.token)
            #expect(try await answer(kit, fields) == .unauthorized)
            #expect(kit.events.codes == [nil, DecisionCode(.targetMismatch)])
            #expect(kit.events.all.first?.targetURI == "https://localhost/me")
        }

        @Test("a token that is bound to a client certificate too needs the connection that has it")
        func clientCertificate() async throws {
            let kit = try HummingbirdKit(certificate: client.thumbprint)
            #expect(try await answer(kit, kit.fields(), with: client) == .ok)
            #expect(try await answer(kit, kit.fields()) == .unauthorized)
            let other = try HummingbirdKit(certificate: server.thumbprint)
            #expect(try await answer(other, other.fields(), with: client) == .unauthorized)
            #expect(kit.events.codes == [nil, .certificateMissing])
            #expect(other.events.codes == [.certificateMismatch])
        }
    }
#endif
