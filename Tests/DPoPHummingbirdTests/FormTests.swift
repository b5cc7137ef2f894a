#if Hummingbird
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import NIOCore
    import Testing

    @Suite struct FormTests {
        private let form = "application/x-www-form-urlencoded"

        /// What `POST /echo` answers to a body of a type.
        private func answer(
            _ body: String, type: String?, upTo size: Int = 100, setup: TestingSetup = .router
        ) async throws -> (status: Int, body: String, code: DecisionCode?) {
            let kit = try HummingbirdKit()
            var fields = try kit.fields("/echo", method: "POST")
            if let type { fields[.contentType] = type }
            let answer = try await kit.application(maximumFormSize: size).test(setup) { [fields] client in
                try await client.execute(
                    uri: "/echo", method: .post, headers: fields, body: ByteBuffer(string: body))
            }
            return (answer.status.code, String(buffer: answer.body), kit.events.codes.first ?? nil)
        }

        @Test(
            "a token in a form is refused, however its type and its name are spelled",
            arguments: [
                ("access_token=x", "application/x-www-form-urlencoded"),
                ("a=b&access_token=x&c", "Application/X-WWW-Form-Urlencoded; charset=utf-8"),
                ("%61ccess_token=x", " application/x-www-form-urlencoded ;a"),
                ("access_token", "text/plain, application/x-www-form-urlencoded"),
            ])
        func token(_ body: String, _ type: String) async throws {
            let refused = try await answer(body, type: type)
            #expect(refused.status == 400 && refused.code == .tokenInForm)
            #expect(refused.body.hasPrefix("{\"error\":\"invalid_request\""))
            // The same without its name being the token's.
            let accepted = try await answer(body.replacing("_token", with: "_tok"), type: type)
            #expect(accepted.status == 200 && accepted.body == body.replacing("_token", with: "_tok"))
        }

        @Test("a form reaches the route whole up to the bound, and is answered with 413 over it")
        func bound() async throws {
            let whole = String(repeating: "a", count: 100)
            let accepted = try await answer(whole, type: form)
            #expect(accepted.status == 200 && accepted.body == whole)
            #expect(try await answer(whole + "a", type: form).status == 413)
            // In pieces of 32 KiB.
            let large = String(repeating: "b", count: 100_000)
            let inPieces = try await answer(large, type: form, upTo: 100_000)
            #expect(inPieces.status == 200 && inPieces.body == large)
            #expect(try await answer(large, type: form, upTo: 99_999).status == 413)
        }

        @Test("the same over a connection", arguments: [65_536, 99_999, 100_000])
        func live(_ size: Int) async throws {
            let large = String(repeating: "b", count: 100_000)
            let answer = try await answer(large, type: form, upTo: size, setup: .live)
            #expect(answer.status == (size < 100_000 ? 413 : 200))
            #expect(answer.body.isEmpty || answer.body == large)
        }

        @Test("a body of another type is not looked at and not bounded", arguments: ["application/json", nil])
        func others(_ type: String?) async throws {
            let body = "access_token=" + String(repeating: "a", count: 200_000)
            let accepted = try await answer(body, type: type)
            #expect(accepted.status == 200 && accepted.body == body)
        }
    }
#endif
