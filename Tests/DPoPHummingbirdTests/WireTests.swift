#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Testing

    @testable import DPoPHummingbird

    /// What the bytes of a request come to, over a connection.
    @Suite struct WireTests {
        private let kit: HummingbirdKit

        init() throws { kit = try HummingbirdKit() }

        /// The status codes of the answers to requests that are sent one behind the other.
        private func statuses(_ requests: [[UInt8]]) async throws -> [Int] {
            try await kit.application().test(.live) { client in
                let port = try #require(client.port)
                let answers = try await RawSocket.exchange(port: port, Array(requests.joined()))
                return answers.matches(of: #/HTTP/1\.1 ([0-9]{3}) /#).compactMap { Int($0.1) }
            }
        }

        /// A request with these lines after its Authorization; the last of several closes the connection.
        private func request(_ lines: String, isLast: Bool = false, method: String = "GET") -> [UInt8] {
            Array(
                ("\(method) /me HTTP/1.1\r\nHost: localhost\r\n" + (isLast ? "Connection: close\r\n" : "")
                    + "Authorization: DPoP \(HummingbirdKit.token)\r\n\(lines)\r\n").utf8)
        }

        @Test("attack 113: two DPoP lines or joined ones are refused, and the connection goes on")
        func twoLines() async throws {
            let (proof, other) = (try kit.proof(), try kit.proof())
            let got = try await statuses([
                request("DPoP: \(proof)\r\nDPoP: \(other)\r\n"), request("DPoP: \(proof)\r\ndpop: \(proof)\r\n"),
                request("DPoP: \(proof), \(other)\r\n"), request("DPoP: \(proof),\(proof)\r\n"),
                request("DPoP: \(proof)\r\n"), request("dpop: \(other)\r\n", isLast: true),
            ])
            #expect(got == [401, 401, 401, 401, 200, 200])
            let repeated = DecisionCode.proofRepeated
            let malformed = DecisionCode(.malformedProof)
            #expect(kit.events.codes == [repeated, repeated, malformed, malformed, nil, nil])
        }

        @Test("attack 114: the field's name in any case is read, and an empty value is a proof that is none")
        func nameAndEmptyValue() async throws {
            let proofs = try (0..<3).map { _ in try kit.proof() }
            let got = try await statuses([
                request("dpop: \(proofs[0])\r\n"), request("DPOP:\(proofs[1])\r\n"), request("DPoP:\r\n"),
                request("DPoP:   \r\n"), request("DPoP:  \(proofs[2])  \r\n", isLast: true),
            ])
            #expect(got == [200, 200, 401, 401, 200])
            #expect(kit.events.codes[2...3].allSatisfy { $0 == DecisionCode(.malformedProof) })
        }

        @Test(
            "attack 114: bytes of 0x80 and more, controls and other characters in a proof are refused",
            arguments: [[0x80], [0xC3, 0xA9], [0xFF], [0xE2, 0x80, 0x8B], [0x09], [0x20], [0x3D]] as [[UInt8]])
        func bytes(_ inside: [UInt8]) async throws {
            let proof = try kit.proof()
            var bad = request("DPoP: \(proof)\r\n")
            let end = try #require(bad.lastIndex(of: UInt8(ascii: ".")))
            bad.insert(contentsOf: inside, at: end + 5)
            let got = try await statuses([bad, request("DPoP: \(proof)\r\n", isLast: true)])
            #expect(got == [401, 200])
            #expect(kit.events.codes == [DecisionCode(.malformedProof), nil])
        }

        @Test(
            "attack 114: a folded line, a zero byte and a bare line end in a proof are refused",
            arguments: ["\r\n ", "\r\n\t", "\0", "\n", "\r"])
        func folded(_ inside: String) async throws {
            let proof = try kit.proof()
            var text = proof
            text.insert(contentsOf: inside, at: text.index(text.endIndex, offsetBy: -20))
            let got = try await statuses([request("DPoP: \(text)\r\n", isLast: true)])
            // Refused by the server's parser, before anybody is asked.
            #expect(got == [400] && kit.events.all.isEmpty)
            // The proof is still good.
            #expect(try await statuses([request("DPoP: \(proof)\r\n", isLast: true)]) == [200])
        }

        @Test("attack 118: two Authorization lines are refused, and the connection goes on")
        func authorizations() async throws {
            let proof = try kit.proof()
            let got = try await statuses([
                request("DPoP: \(proof)\r\nAuthorization: DPoP \(HummingbirdKit.token)\r\n"),
                request("DPoP: \(proof)\r\n", isLast: true),
            ])
            #expect(got == [400, 200])
            #expect(kit.events.codes == [.authorizationRepeated, nil])
        }

        @Test("a refused HEAD has no body that the next answer could be taken for")
        func head() async throws {
            let proof = try kit.proof(method: "HEAD")
            let text = try await kit.application().test(.live) { client in
                let requests = [
                    request("DPoP: x\r\n", method: "HEAD"),
                    request("DPoP: \(proof)\r\n", isLast: true, method: "HEAD"),
                ]
                return try await RawSocket.exchange(port: try #require(client.port), Array(requests.joined()))
            }
            #expect(text.hasPrefix("HTTP/1.1 401 ") && text.contains("\r\n\r\nHTTP/1.1 200 "))
            #expect(!text.contains("{\"error\""))
        }

        @Test("the event names the client's address")
        func address() async throws {
            let proof = try kit.proof()
            #expect(try await statuses([request("DPoP: \(proof)\r\n", isLast: true)]) == [200])
            let address = try #require(kit.events.all.first?.clientAddress)
            #expect(["127.0.0.1", "::1"].contains(address))
        }

        @Test(
            "an IPv4 client of a socket for both families is known by its IPv4 address",
            arguments: [
                ("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("::1", "::1"),
                ("::ffff:1", "::ffff:1"), ("2001:db8::ffff:192.0.2.1", "2001:db8::ffff:192.0.2.1"),
            ])
        func mapped(_ address: String, _ expected: String) {
            #expect(DPoPRequestStorage.unmapped(address) == expected)
        }
    }
#endif
